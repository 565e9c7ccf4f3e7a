"""The SQLite file: schema, transactions, typed reads and writes. No other module speaks SQL.

One writer (`Store`), any number of readers (`Reader`, opened read-only per process: a connection never crosses a fork).
What is derived from a file's bytes alone (its summary) is stored under its digest and survives every rebuild; what is
derived from the whole tree (keywords, links, uses, rankings) is replaced file by file, in one transaction per stage.
"""
