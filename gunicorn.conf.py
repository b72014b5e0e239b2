"""Settings of the web server, which reads this file from the folder it is started in."""

# Seconds for one answer. Ten thousand events that come late let all that their accounts used since
# be rated again, in the transaction that answers: an answer cut off would be asked for once more.
timeout = 120
