#!/usr/bin/python3
"""sql - no triggers, no LISTEN or NOTIFY, nothing that Citus refuses; times and chance come as parameters

shows: law-8
cost: cpu 1
"""
import tree

EVERYWHERE = (r"(?i)\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+|EVENT\s+)?TRIGGER\b|^\s*(?:UN)?LISTEN\b|^\s*NOTIFY\b"
              r"|\bpg_notify\b|\bON\s+DELETE\s+SET\b|\bINHERITS\b|\bmoney\b(?=\s*(?:,|NOT|DEFAULT))"
              r"|\btimestamp\b(?!tz|\s+with\b)(?=\s*(?:,|NOT|DEFAULT|\(|$))|\bserial\b")
CHANCE = (r"(?i)\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid)\s*\("
          r"|\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b")

SQL = tree.files("services/*.sql", "common/*.sql", "deploy/*.sql")
tree.finish(tree.matches(SQL, EVERYWHERE, tree.without_comments) + tree.matches(SQL, CHANCE, tree.without_comments),
            "no triggers, no LISTEN or NOTIFY, no clock and no dice in SQL")
