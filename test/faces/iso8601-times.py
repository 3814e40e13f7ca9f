"""Reads texts as JSON and writes what Python's iso8601 makes of each: [time in UTC, its clock], or null."""

import datetime
import json
import sys

import iso8601


def read(text):
    try:
        time = iso8601.parse_date(text)
        utc = time.replace(tzinfo=None) - time.utcoffset()
    except (iso8601.ParseError, OverflowError):
        return None
    return [written(utc), written(time.replace(tzinfo=None))]


def written(time: datetime.datetime):
    return time.isoformat(" ", "microseconds")


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
