-- A small online shop. Every amount of money is in euro.

CREATE TABLE countries (
    code       VARCHAR(2)   NOT NULL PRIMARY KEY,
    name       VARCHAR(60)  NOT NULL UNIQUE,
    currency   VARCHAR(3)   NOT NULL,
    population BIGINT       NOT NULL,
    vat_rate   NUMERIC(4,2) NOT NULL,
    is_eu      BOOLEAN      NOT NULL
);

CREATE TABLE categories (
    id        INTEGER     NOT NULL PRIMARY KEY,
    parent_id INTEGER,
    name      VARCHAR(60) NOT NULL,
    slug      VARCHAR(60) NOT NULL UNIQUE,
    CONSTRAINT fk_categories_parent_id FOREIGN KEY (parent_id) REFERENCES categories (id)
);

CREATE INDEX ix_categories_parent_id ON categories (parent_id);

CREATE TABLE suppliers (
    id           INTEGER      NOT NULL PRIMARY KEY,
    name         VARCHAR(80)  NOT NULL UNIQUE,
    email        VARCHAR(120),
    country_code VARCHAR(2)   NOT NULL,
    rating       DOUBLE,
    CONSTRAINT fk_suppliers_country_code FOREIGN KEY (country_code) REFERENCES countries (code)
);

CREATE INDEX ix_suppliers_country_code ON suppliers (country_code);

CREATE TABLE products (
    id              INTEGER       NOT NULL PRIMARY KEY,
    sku             VARCHAR(16)   NOT NULL UNIQUE,
    name            VARCHAR(120)  NOT NULL,
    description     TEXT,
    category_id     INTEGER       NOT NULL,
    supplier_id     INTEGER       NOT NULL,
    price           NUMERIC(10,2) NOT NULL CHECK (price > 0),
    cost            NUMERIC(10,2) NOT NULL,
    barcode         BIGINT        UNIQUE,
    weight_kg       DOUBLE,
    stock           INTEGER       NOT NULL,
    is_active       BOOLEAN       NOT NULL,
    attributes      JSON,
    thumbnail       BLOB,
    launched_on     DATE          NOT NULL,
    discontinued_on DATE,
    CONSTRAINT fk_products_category_id FOREIGN KEY (category_id) REFERENCES categories (id),
    CONSTRAINT fk_products_supplier_id FOREIGN KEY (supplier_id) REFERENCES suppliers (id)
);

CREATE INDEX ix_products_category_id ON products (category_id);
CREATE INDEX ix_products_supplier_id ON products (supplier_id);

CREATE TABLE tags (
    id    INTEGER     NOT NULL PRIMARY KEY,
    name  VARCHAR(40) NOT NULL UNIQUE,
    color VARCHAR(7)
);

CREATE TABLE product_tags (
    product_id INTEGER NOT NULL,
    tag_id     INTEGER NOT NULL,
    PRIMARY KEY (product_id, tag_id),
    CONSTRAINT fk_product_tags_product_id FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT fk_product_tags_tag_id FOREIGN KEY (tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_product_tags_tag_id ON product_tags (tag_id);

CREATE TABLE employees (
    id         INTEGER       NOT NULL PRIMARY KEY,
    manager_id INTEGER,
    first_name VARCHAR(40)   NOT NULL,
    last_name  VARCHAR(40)   NOT NULL,
    email      VARCHAR(120)  NOT NULL UNIQUE,
    title      VARCHAR(60)   NOT NULL,
    salary     NUMERIC(10,2) NOT NULL,
    hired_on   DATE          NOT NULL,
    left_on    DATE,
    CONSTRAINT fk_employees_manager_id FOREIGN KEY (manager_id) REFERENCES employees (id)
);

CREATE INDEX ix_employees_manager_id ON employees (manager_id);

CREATE TABLE customers (
    id           INTEGER      NOT NULL PRIMARY KEY,
    first_name   VARCHAR(40)  NOT NULL,
    last_name    VARCHAR(40)  NOT NULL,
    email        VARCHAR(120) NOT NULL UNIQUE,
    phone        VARCHAR(24),
    city         VARCHAR(60)  NOT NULL,
    country_code VARCHAR(2)   NOT NULL,
    newsletter   BOOLEAN      NOT NULL,
    created_at   DATETIME     NOT NULL,
    CONSTRAINT fk_customers_country_code FOREIGN KEY (country_code) REFERENCES countries (code)
);

CREATE INDEX ix_customers_country_code ON customers (country_code);
CREATE INDEX ix_customers_last_name ON customers (last_name, first_name);

CREATE TABLE orders (
    id                    INTEGER       NOT NULL PRIMARY KEY,
    customer_id           INTEGER       NOT NULL,
    sales_rep_id          INTEGER,
    billing_country_code  VARCHAR(2)    NOT NULL,
    shipping_country_code VARCHAR(2)    NOT NULL,
    status                VARCHAR(12)   NOT NULL
        CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'returned', 'cancelled')),
    total                 NUMERIC(10,2) NOT NULL,
    note                  TEXT,
    ordered_at            DATETIME      NOT NULL,
    shipped_at            DATETIME,
    delivered_on          DATE,
    CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT fk_orders_sales_rep_id FOREIGN KEY (sales_rep_id) REFERENCES employees (id),
    CONSTRAINT fk_orders_billing_country_code FOREIGN KEY (billing_country_code) REFERENCES countries (code),
    CONSTRAINT fk_orders_shipping_country_code FOREIGN KEY (shipping_country_code) REFERENCES countries (code)
);

CREATE INDEX ix_orders_customer_id ON orders (customer_id);
CREATE INDEX ix_orders_sales_rep_id ON orders (sales_rep_id);
CREATE INDEX ix_orders_ordered_at ON orders (ordered_at);

CREATE TABLE order_items (
    order_id   INTEGER       NOT NULL,
    line_no    INTEGER       NOT NULL,
    product_id INTEGER       NOT NULL,
    quantity   INTEGER       NOT NULL CHECK (quantity > 0),
    unit_price NUMERIC(10,2) NOT NULL,
    PRIMARY KEY (order_id, line_no),
    UNIQUE (order_id, product_id),
    CONSTRAINT fk_order_items_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT fk_order_items_product_id FOREIGN KEY (product_id) REFERENCES products (id)
);

CREATE INDEX ix_order_items_product_id ON order_items (product_id);

CREATE TABLE payments (
    id             INTEGER       NOT NULL PRIMARY KEY,
    order_id       INTEGER       NOT NULL UNIQUE,
    transaction_id VARCHAR(36)   NOT NULL UNIQUE,
    method         VARCHAR(20)   NOT NULL,
    amount         NUMERIC(10,2) NOT NULL,
    is_refunded    BOOLEAN       NOT NULL,
    paid_at        DATETIME      NOT NULL,
    CONSTRAINT fk_payments_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE INDEX ix_payments_paid_at ON payments (paid_at);

CREATE TABLE reviews (
    id          INTEGER     NOT NULL PRIMARY KEY,
    product_id  INTEGER     NOT NULL,
    customer_id INTEGER     NOT NULL,
    rating      INTEGER     NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title       VARCHAR(80),
    body        TEXT,
    created_at  DATETIME    NOT NULL,
    UNIQUE (product_id, customer_id),
    CONSTRAINT fk_reviews_product_id FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT fk_reviews_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_reviews_customer_id ON reviews (customer_id);
