-- How many days after their end the instances of a workflow are kept; 0: for ever. Null: as the installation says (LATCHWORK_RETENTION_DAYS).
alter table workflow
  add column retention_days integer,
  add constraint retention_days_not_negative check (retention_days >= 0);
