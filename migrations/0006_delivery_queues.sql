-- Each destination's retry queue is read on its own, so that a long one slows no other. Replaces the
-- index over all queues together.

drop index delivery_due;
create index delivery_due on delivery (destination_id, next_attempt_at) where outcome = 'pending';

-- Calls that were never sent hold back later calls of the same person (pipeline §7.4.5).
create index delivery_unsent on delivery (destination_id, user_key, id)
  where outcome = 'pending' and attempts = 0;
