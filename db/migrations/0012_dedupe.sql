-- Business idempotency: one instance per key. By the key first, which tells nearly all: an index that begins with the project or the workflow
-- was taken, or left for another, by whatever the statistics said of a small table. The engine looks at nothing but the key in it.
drop index instance_dedupe;
create unique index instance_dedupe on instance (dedupe_key, workflow_id, project_id)
  where dedupe_key is not null;
