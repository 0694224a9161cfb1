-- 005_reporting_closed - what was reported, verified and judged is never changed: no daemon may, and the tables' owner does not by mistake either.
-- UPDATE of region stays with the owner, because a foreign key is checked with a row lock in his name, which asks for a right to change some column. It changes nothing: a figure's
-- region is held by its revision, a revision's by its report.
REVOKE UPDATE, DELETE, TRUNCATE ON reporting.figure, reporting.report_revision, reporting.verification, reporting.review_version FROM CURRENT_USER;
GRANT UPDATE (region) ON reporting.figure, reporting.report_revision TO CURRENT_USER;
