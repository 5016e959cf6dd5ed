"""Everything Hubbub promises, as tests."""
