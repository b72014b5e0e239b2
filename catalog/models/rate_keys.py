"""What a rate names is there, and stays: held by a trigger a statement instead of one a row.

A foreign key asks for each of 200,000 rows; that takes three times as long as storing them.
"""

from __future__ import annotations

import pgtrigger

_NAMED = (
    ("deck_id", "catalog_ratedeck", "id = named"),
    ("category_id", "catalog_usagecategory", "id = named"),
    ("imported_by_id", "catalog_rateimport", "id = named"),
)


def masters_are_there() -> pgtrigger.Trigger:
    """Refuse rates whose deck, band, category or import doesn't exist; lock those that do.

    A band must be one of the rate's own deck.
    """
    asked = "".join(
        f"""
            PERFORM 1 FROM {table} WHERE id IN (SELECT {column} FROM new_rates) FOR KEY SHARE;
            IF EXISTS (
                SELECT 1 FROM (SELECT DISTINCT {column} AS named FROM new_rates) rate
                 WHERE named IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM {table} WHERE {condition})
            ) THEN
                RAISE EXCEPTION 'a rate names a row of {table} that does not exist'
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
        """  # noqa: S608 – names of our own tables
        for column, table, condition in _NAMED
    )
    return pgtrigger.Trigger(
        name="masters_are_there",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="new_rates"),
        func=f"""
            {asked}
            PERFORM 1 FROM catalog_timeband
              WHERE id IN (SELECT band_id FROM new_rates) FOR KEY SHARE;
            IF EXISTS (
                SELECT 1 FROM (
                    SELECT DISTINCT deck_id, band_id FROM new_rates WHERE band_id IS NOT NULL
                ) rate
                 WHERE NOT EXISTS (
                    SELECT 1 FROM catalog_timeband band
                     WHERE band.id = rate.band_id AND band.deck_id = rate.deck_id
                 )
            ) THEN
                RAISE EXCEPTION 'a rate names a band that is not one of its deck'
                    USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 – names of our own tables
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
