-- Event Delivery counts what a destination received in a range of time (pipeline §7.5).
create index delivery_received on delivery (destination_id, received_at);

-- What became of one event, at all destinations. Without the project: message ids are all but unique, and
-- whoever writes the index pays for its width.
create index delivery_message on delivery (message_id);
