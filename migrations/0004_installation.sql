-- What there is one of, however many processes serve the database.
create table installation (
  is_only      boolean primary key default true check (is_only),
  -- The address this installation was last reached under; settings that point at ourselves follow it.
  address      text,
  -- Sealed with the secret key, so that a start with another key is refused instead of failing later.
  secret_check text    not null
);
