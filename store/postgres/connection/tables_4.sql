-- From version 3 to 4: a ticket is found by the message that it was made from, too. Processes of version 3 may go on; what they make
-- is not found that way.
ALTER TABLE tickets ADD COLUMN origin_message text NOT NULL DEFAULT '';  -- its ts; '' if the ticket's thread begins with it
UPDATE tickets SET origin_message = substring(origin from '"message": ?"([0-9.]+)"')
    WHERE substring(origin from '"message": ?"([0-9.]+)"') <> origin_thread;
CREATE INDEX tickets_by_origin_message ON tickets (origin_channel, origin_message) WHERE origin_message <> '';
