-- How often the cause of a fact has been through the loop of destination and source (D-18). It travels with
-- the event, the delivery, the call to the engine and the occurrence, so that it grows from round to round.

alter table delivery add column hops smallint not null default 0;
alter table occurrence add column hops smallint not null default 0;
