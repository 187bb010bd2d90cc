"""The files of a store on disk: how they are framed, appended to, replaced, and verified."""
