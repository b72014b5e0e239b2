"""What a rate names is there, and stays: held by a trigger a statement instead of one a row.

A foreign key asks for each of 200,000 rows; that takes three times as long as storing them.
"""

from __future__ import annotations

import pgtrigger

# What a rate names by which column, and whose it must be.
_NAMED = (
    ("deck_id", "catalog_ratedeck", "", "a deck that does not exist"),
    ("band_id", "catalog_timeband", "deck_id = rate.deck_id", "a band that is not one of its deck"),
    (
        "category_id",
        "catalog_usagecategory",
        "brand_id = (SELECT brand_id FROM catalog_ratedeck WHERE id = rate.deck_id)",
        "a category that is not one of its brand",
    ),
    (
        "imported_by_id",
        "catalog_rateimport",
        "deck_id = rate.deck_id",
        "an import that is not one of its deck",
    ),
    (
        "superseded_by_id",
        "catalog_rateimport",
        "deck_id = rate.deck_id",
        "an import that is not one of its deck",
    ),
)


def masters_are_there() -> pgtrigger.Trigger:
    """Refuse rates whose deck, band, category or import doesn't exist; lock those that do.

    A band and an import must be the rate's own deck's, a category its brand's.
    """
    asked = "".join(
        f"""
            PERFORM 1 FROM {table} WHERE id IN (SELECT {column} FROM new_rates) FOR KEY SHARE;
            IF EXISTS (
                SELECT 1 FROM (SELECT DISTINCT deck_id, {column} AS named FROM new_rates) rate
                 WHERE named IS NOT NULL
                   AND NOT EXISTS (
                        SELECT 1 FROM {table} WHERE id = named AND {condition or "true"}
                   )
            ) THEN
                RAISE EXCEPTION 'a rate names {refusal}'
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
        """  # noqa: S608 – names of our own tables
        for column, table, condition, refusal in _NAMED
    )
    return pgtrigger.Trigger(
        name="masters_are_there",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="new_rates"),
        func=f"""
            {asked}
            RETURN NULL;
        """,
    )


def kept_for_its_rates(condition: str) -> pgtrigger.Trigger:
    """Refuse to delete a row that rates name: those of catalog_rate that fulfil `condition`."""
    return pgtrigger.Trigger(
        name="kept_for_its_rates",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func=f"""
            IF EXISTS (SELECT 1 FROM catalog_rate WHERE {condition}) THEN
                RAISE EXCEPTION 'rates name this row of %', TG_TABLE_NAME
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN OLD;
        """,  # noqa: S608 – conditions of our own
    )
