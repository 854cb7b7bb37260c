-- Why a push of the present attempt was in vain, the last time: {message, status?, at}. Null: none was, or nobody could say why.
alter table task add column delivery_error jsonb;
