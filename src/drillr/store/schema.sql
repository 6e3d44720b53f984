-- Made from the migrations by `python -m drillr.store.schema`; not edited by hand.
PRAGMA application_id = 1685220466;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE topics (
	id BLOB NOT NULL,
	code VARCHAR(100) NOT NULL,
	name VARCHAR(255) NOT NULL,
	description TEXT,
	order_index INTEGER DEFAULT 0 NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	revision BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT uq_topics_code UNIQUE (code)
);
CREATE TABLE subtopics (
	id BLOB NOT NULL,
	topic_id BLOB NOT NULL,
	code VARCHAR(100) NOT NULL,
	name VARCHAR(255) NOT NULL,
	description TEXT,
	order_index INTEGER DEFAULT 0 NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	revision BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_subtopics_topic_id_topics FOREIGN KEY(topic_id) REFERENCES topics (id),
	CONSTRAINT uq_subtopics_topic_id_code UNIQUE (topic_id, code)
);
CREATE TABLE leaves (
	id BLOB NOT NULL,
	subtopic_id BLOB NOT NULL,
	code VARCHAR(100) NOT NULL,
	name VARCHAR(255) NOT NULL,
	description TEXT,
	order_index INTEGER DEFAULT 0 NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	revision BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_leaves_subtopic_id_subtopics FOREIGN KEY(subtopic_id) REFERENCES subtopics (id),
	CONSTRAINT uq_leaves_subtopic_id_code UNIQUE (subtopic_id, code)
);
CREATE TABLE facets (
	id BLOB NOT NULL,
	leaf_id BLOB NOT NULL,
	path VARCHAR(403) NOT NULL,
	active_questions INTEGER DEFAULT 0 NOT NULL,
	code VARCHAR(100) NOT NULL,
	name VARCHAR(255) NOT NULL,
	description TEXT,
	order_index INTEGER DEFAULT 0 NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	revision BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_facets_leaf_id_leaves FOREIGN KEY(leaf_id) REFERENCES leaves (id),
	CONSTRAINT uq_facets_path UNIQUE (path),
	CONSTRAINT uq_facets_leaf_id_code UNIQUE (leaf_id, code)
);
CREATE TABLE questions (
	id BLOB NOT NULL,
	facet_id BLOB NOT NULL,
	external_id VARCHAR(255) NOT NULL,
	type VARCHAR(16) NOT NULL,
	question TEXT NOT NULL,
	context TEXT,
	answer TEXT,
	metadata TEXT NOT NULL,
	difficulty_level SMALLINT NOT NULL,
	estimated_time_seconds INTEGER,
	tags TEXT NOT NULL,
	order_index INTEGER DEFAULT 0 NOT NULL,
	source VARCHAR(255),
	source_metadata TEXT,
	content_hash BLOB NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	revision BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT ck_questions_type CHECK (type IN ('mcq', 'theory', 'scenario')),
	CONSTRAINT ck_questions_difficulty_level CHECK (difficulty_level BETWEEN 1 AND 5),
	CONSTRAINT fk_questions_facet_id_facets FOREIGN KEY(facet_id) REFERENCES facets (id),
	CONSTRAINT uq_questions_external_id UNIQUE (external_id)
);
CREATE INDEX ix_questions_difficulty_level ON questions (difficulty_level);
CREATE INDEX ix_questions_facet_id ON questions (facet_id);
CREATE INDEX ix_questions_type ON questions (type);
CREATE TABLE mcq_options (
	question_id BLOB NOT NULL,
	option_key VARCHAR(10) NOT NULL,
	option_text TEXT NOT NULL,
	is_correct BOOLEAN DEFAULT 0 NOT NULL,
	explanation TEXT,
	PRIMARY KEY (question_id, option_key),
	CONSTRAINT fk_mcq_options_question_id_questions FOREIGN KEY(question_id) REFERENCES questions (id)
)
 WITHOUT ROWID;
CREATE TABLE users (
	id BLOB NOT NULL,
	email VARCHAR(255),
	username VARCHAR(100) NOT NULL,
	password_hash VARCHAR(255) NOT NULL,
	full_name VARCHAR(255),
	preferences TEXT NOT NULL,
	learning_settings TEXT NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	is_verified BOOLEAN DEFAULT 0 NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	last_login_at TEXT,
	PRIMARY KEY (id),
	CONSTRAINT uq_users_email UNIQUE (email),
	CONSTRAINT uq_users_username UNIQUE (username)
);
CREATE TABLE devices (
	id BLOB NOT NULL,
	user_id BLOB NOT NULL,
	name VARCHAR(255) NOT NULL,
	created_at TEXT NOT NULL,
	last_seen_at TEXT,
	PRIMARY KEY (id),
	CONSTRAINT fk_devices_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE learning_sessions (
	id BLOB NOT NULL,
	user_id BLOB NOT NULL,
	facet_id BLOB,
	started_at TEXT NOT NULL,
	ended_at TEXT,
	total_questions INTEGER DEFAULT 0 NOT NULL,
	correct_answers INTEGER DEFAULT 0 NOT NULL,
	session_metadata TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_learning_sessions_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_learning_sessions_facet_id_facets FOREIGN KEY(facet_id) REFERENCES facets (id)
);
CREATE INDEX ix_learning_sessions_facet_id ON learning_sessions (facet_id);
CREATE INDEX ix_learning_sessions_user_id ON learning_sessions (user_id);
CREATE TABLE user_responses (
	id BLOB NOT NULL,
	user_id BLOB NOT NULL,
	question_id BLOB NOT NULL,
	session_id BLOB,
	response_text TEXT,
	selected_option VARCHAR(255),
	is_correct BOOLEAN,
	difficulty_rating SMALLINT NOT NULL,
	time_spent_seconds INTEGER DEFAULT 0 NOT NULL,
	confidence_level SMALLINT,
	response_metadata TEXT NOT NULL,
	created_at TEXT NOT NULL,
	device_id BLOB NOT NULL,
	device_seq BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT ck_user_responses_difficulty_rating CHECK (difficulty_rating BETWEEN 1 AND 4),
	CONSTRAINT ck_user_responses_confidence_level CHECK (confidence_level BETWEEN 1 AND 5),
	CONSTRAINT fk_user_responses_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_user_responses_question_id_questions FOREIGN KEY(question_id) REFERENCES questions (id),
	CONSTRAINT fk_user_responses_session_id_learning_sessions FOREIGN KEY(session_id) REFERENCES learning_sessions (id),
	CONSTRAINT fk_user_responses_device_id_devices FOREIGN KEY(device_id) REFERENCES devices (id),
	CONSTRAINT uq_user_responses_user_id_device_id_device_seq UNIQUE (user_id, device_id, device_seq)
);
CREATE INDEX ix_user_responses_session_id ON user_responses (session_id);
CREATE INDEX ix_user_responses_user_id_created_at ON user_responses (user_id, created_at);
CREATE INDEX ix_user_responses_user_id_question_id ON user_responses (user_id, question_id);
CREATE TABLE learning_events (
	id BLOB NOT NULL,
	user_id BLOB NOT NULL,
	event_type VARCHAR(64) NOT NULL,
	event_data TEXT NOT NULL,
	created_at TEXT NOT NULL,
	question_id BLOB,
	device_id BLOB NOT NULL,
	device_seq BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_learning_events_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_learning_events_device_id_devices FOREIGN KEY(device_id) REFERENCES devices (id),
	CONSTRAINT uq_learning_events_user_id_device_id_device_seq UNIQUE (user_id, device_id, device_seq)
);
CREATE INDEX ix_learning_events_created_at ON learning_events (created_at);
CREATE INDEX ix_learning_events_user_id_event_type ON learning_events (user_id, event_type);
CREATE INDEX ix_learning_events_user_id_question_id ON learning_events (user_id, question_id);
CREATE TABLE spaced_repetition_cards (
	user_id BLOB NOT NULL,
	question_id BLOB NOT NULL,
	facet_id BLOB NOT NULL,
	ease_factor NUMERIC(3, 2) DEFAULT (2.50) NOT NULL,
	interval_days INTEGER DEFAULT 0 NOT NULL,
	repetitions INTEGER DEFAULT 0 NOT NULL,
	lapses INTEGER DEFAULT 0 NOT NULL,
	last_reviewed_at TEXT,
	next_review_at TEXT,
	due_at TEXT,
	total_reviews INTEGER DEFAULT 0 NOT NULL,
	total_correct INTEGER DEFAULT 0 NOT NULL,
	total_time_ms BIGINT DEFAULT 0 NOT NULL,
	average_time_seconds NUMERIC(10, 3) DEFAULT (0.000) NOT NULL,
	card_state VARCHAR(16) NOT NULL,
	suspended BOOLEAN DEFAULT 0 NOT NULL,
	buried_until TEXT,
	flag VARCHAR(255),
	stability DOUBLE,
	difficulty DOUBLE,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	PRIMARY KEY (user_id, question_id),
	CONSTRAINT ck_spaced_repetition_cards_ease_factor CHECK (ease_factor BETWEEN 1.30 AND 9.99),
	CONSTRAINT ck_spaced_repetition_cards_interval_days CHECK (interval_days >= 0),
	CONSTRAINT ck_spaced_repetition_cards_card_state CHECK (card_state IN ('new', 'learning', 'review', 'relearning')),
	CONSTRAINT fk_spaced_repetition_cards_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_spaced_repetition_cards_question_id_questions FOREIGN KEY(question_id) REFERENCES questions (id),
	CONSTRAINT fk_spaced_repetition_cards_facet_id_facets FOREIGN KEY(facet_id) REFERENCES facets (id)
)
 WITHOUT ROWID;
CREATE INDEX ix_spaced_repetition_cards_user_id_card_state ON spaced_repetition_cards (user_id, card_state);
CREATE INDEX ix_spaced_repetition_cards_user_id_due_at ON spaced_repetition_cards (user_id, due_at);
CREATE INDEX ix_spaced_repetition_cards_user_id_facet_id_due_at ON spaced_repetition_cards (user_id, facet_id, due_at);
CREATE INDEX ix_spaced_repetition_cards_user_id_next_review_at ON spaced_repetition_cards (user_id, next_review_at);
CREATE TABLE user_progress (
	user_id BLOB NOT NULL,
	facet_id BLOB NOT NULL,
	total_questions INTEGER DEFAULT 0 NOT NULL,
	completed_questions INTEGER DEFAULT 0 NOT NULL,
	mastery_score NUMERIC(5, 2) DEFAULT (0.00) NOT NULL,
	last_activity_at TEXT,
	streak_days INTEGER DEFAULT 0 NOT NULL,
	total_time_spent_seconds INTEGER DEFAULT 0 NOT NULL,
	progress_metadata TEXT NOT NULL,
	PRIMARY KEY (user_id, facet_id),
	CONSTRAINT ck_user_progress_mastery_score CHECK (mastery_score BETWEEN 0 AND 100),
	CONSTRAINT fk_user_progress_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_user_progress_facet_id_facets FOREIGN KEY(facet_id) REFERENCES facets (id)
);
CREATE INDEX ix_user_progress_user_id ON user_progress (user_id);
CREATE TABLE daily_activity (
	user_id BLOB NOT NULL,
	day VARCHAR(10) NOT NULL,
	facet_id BLOB NOT NULL,
	responses INTEGER DEFAULT 0 NOT NULL,
	correct INTEGER DEFAULT 0 NOT NULL,
	new_cards INTEGER DEFAULT 0 NOT NULL,
	reviewed INTEGER DEFAULT 0 NOT NULL,
	retained INTEGER DEFAULT 0 NOT NULL,
	easy INTEGER DEFAULT 0 NOT NULL,
	medium INTEGER DEFAULT 0 NOT NULL,
	hard INTEGER DEFAULT 0 NOT NULL,
	very_hard INTEGER DEFAULT 0 NOT NULL,
	time_ms BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (user_id, day, facet_id),
	CONSTRAINT fk_daily_activity_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_daily_activity_facet_id_facets FOREIGN KEY(facet_id) REFERENCES facets (id)
)
 WITHOUT ROWID;
CREATE INDEX ix_daily_activity_user_id_facet_id ON daily_activity (user_id, facet_id);
CREATE TABLE sync_state (
	"key" VARCHAR(100) NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY ("key")
);
CREATE TABLE import_sources (
	source VARCHAR(255) NOT NULL,
	facet_id BLOB NOT NULL,
	digest BLOB NOT NULL,
	items INTEGER NOT NULL,
	imported_at TEXT NOT NULL,
	PRIMARY KEY (source),
	CONSTRAINT fk_import_sources_facet_id_facets FOREIGN KEY(facet_id) REFERENCES facets (id)
);
CREATE TABLE revisions (
	name VARCHAR(32) NOT NULL,
	value BIGINT NOT NULL,
	PRIMARY KEY (name)
);
CREATE INDEX ix_questions_revision ON questions (revision);
CREATE TABLE parked_facts (
	id BLOB NOT NULL,
	user_id BLOB NOT NULL,
	question_id BLOB NOT NULL,
	device_id BLOB NOT NULL,
	device_seq BIGINT NOT NULL,
	kind VARCHAR(16) NOT NULL,
	payload TEXT NOT NULL,
	received_at TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT fk_parked_facts_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_parked_facts_device_id_devices FOREIGN KEY(device_id) REFERENCES devices (id),
	CONSTRAINT uq_parked_facts_user_id_device_id_device_seq UNIQUE (user_id, device_id, device_seq)
);
CREATE INDEX ix_parked_facts_user_id_question_id ON parked_facts (user_id, question_id);
CREATE TABLE upstream_questions (
	remote VARCHAR(64) NOT NULL,
	question_id BLOB NOT NULL,
	path VARCHAR(403) NOT NULL,
	revision BIGINT DEFAULT 0 NOT NULL,
	content_hash BLOB NOT NULL,
	base TEXT NOT NULL,
	conflicts TEXT,
	PRIMARY KEY (remote, question_id),
	CONSTRAINT fk_upstream_questions_question_id_questions FOREIGN KEY(question_id) REFERENCES questions (id)
);
CREATE TABLE search_documents (
	doc INTEGER NOT NULL,
	question_id BLOB NOT NULL,
	is_active BOOLEAN DEFAULT 1 NOT NULL,
	body TEXT,
	PRIMARY KEY (doc),
	CONSTRAINT uq_search_documents_question_id UNIQUE (question_id)
);
CREATE VIRTUAL TABLE search_index USING fts5(stem, rest, tags, content='', tokenize='unicode61 remove_diacritics 2');
INSERT INTO alembic_version (version_num) VALUES ('0004');
