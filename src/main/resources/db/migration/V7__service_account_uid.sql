-- Which of the service accounts that had or will have this name: the first pod that proves itself pins it.
alter table agent add column service_account_uid text;
