"""Programs for those who work on Hubbub; none of them is installed with it."""
