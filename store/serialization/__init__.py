"""The store's data as JSON and back, the same for every store: single rows, all that a store holds, and checks of rows from elsewhere."""
