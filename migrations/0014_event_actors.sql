-- The administrator who caused an event, such as 'command_line root'. NULL: the account's owner or a stranger.
ALTER TABLE events ADD COLUMN actor TEXT;
