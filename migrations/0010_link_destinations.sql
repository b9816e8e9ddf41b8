-- Where the person was going who asked for the link: a path of this site. It is in no mail.
ALTER TABLE email_tokens ADD COLUMN destination TEXT;
