"""The same line on other rows: where they come from, what it leaves there, and an alpha for each region."""
