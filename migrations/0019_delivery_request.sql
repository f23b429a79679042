-- The X-Request-Id of a destination's last answer: by what the other side finds the call, and what it caused.
alter table delivery add column request_id text;
