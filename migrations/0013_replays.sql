-- How often a delivery that failed with an answer was sent anew on somebody's wish. It is part of the
-- Idempotency-Key, or the destination would repeat the answer that it remembers.
alter table delivery add column replays smallint not null default 0;
