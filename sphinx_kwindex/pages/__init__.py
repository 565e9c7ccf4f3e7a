"""Pages: what each of them shows, as blocks without markup."""
