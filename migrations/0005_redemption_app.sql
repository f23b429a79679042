-- Which application asked for a redemption or rollback, shown as its channel.

alter table redemption add column app_id text;
