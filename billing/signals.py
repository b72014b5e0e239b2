"""What billing tells the apps above it."""

from django.dispatch import Signal

# Sent with `invoice_ids`, in the transaction that issued them.
invoice_issued = Signal()

# Sent with `pairs` of (credit note, corrected invoice) ids and `now`, in the transaction that
# issued the notes: each first lowers what is open on its invoice.
invoice_corrected = Signal()

# Sent with `account_ids` and `now`, in the transaction that takes over their opening balances.
openings_taken_over = Signal()

# Sent with `pairs` of (opposite, taken back) invoice ids and `now`: each closes the other.
openings_taken_back = Signal()

# Sent with `keys`, triples of subscription id, usage period and origin: whoever has put usage of
# them on a bill returns the names of these bills. Usage that is on a bill is not taken back.
usage_taken_back = Signal()
