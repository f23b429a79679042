-- How often what belongs to a campaign was validated, hour by hour. A validation that leaves no other trace counts here; rivals
-- spread over the shards of an hour, so that those of one campaign do not wait for each other.
create table campaign_validation (
  campaign_id text        not null references campaign on delete cascade,
  hour        timestamptz not null,
  shard       smallint    not null,
  succeeded   bigint      not null check (succeeded >= 0),
  failed      bigint      not null check (failed >= 0),
  primary key (campaign_id, hour, shard)
);
