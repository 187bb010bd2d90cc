"""Handles buttons: on cards and lists, in previews and choices, and Undo."""
