"""Convert the punched tables of 1998. Never ported from Python 2: it does not parse, and stays here for the record."""

import string, sys

def convert(line):
    when, feet = string.split(line, ";")
    print when, float(feet) * 0.3048

for line in sys.stdin.xreadlines():
    convert(line)
