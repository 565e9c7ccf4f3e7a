-- What a shop keeps.

-- Who buys.
CREATE TABLE IF NOT EXISTS shop.customers (
    id INT PRIMARY KEY,  -- given once
    name TEXT NOT NULL
);
CREATE TABLE orders (id INT, customer INT REFERENCES customers (id));
CREATE VIEW recent AS SELECT id FROM orders;
CREATE FUNCTION total(a INT) RETURNS INT AS $$ SELECT 1 $$ LANGUAGE sql;
CREATE INDEX by_name ON shop.customers (name);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TRIGGER watch AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION total();
CREATE SEQUENCE numbers;
CREATE MATERIALIZED VIEW sums AS SELECT total(id) FROM orders;
