"""Operations on a whole store: backing up (also while it is in use), restoring, copying, erasing a person."""
