CREATE TABLE answered (
	account TEXT NOT NULL, 
	key TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	request TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	answer TEXT NOT NULL, 
	CONSTRAINT answered_pk PRIMARY KEY (account, key)
)

CREATE TABLE area (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT area_pk PRIMARY KEY (id), 
	CONSTRAINT area_code_uq UNIQUE (code)
)

CREATE TABLE attempt (
	who TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	last BIGINT NOT NULL, 
	times TEXT NOT NULL, 
	CONSTRAINT attempt_pk PRIMARY KEY (who)
)

CREATE INDEX attempt_kind_last_ix ON attempt (kind, last)

CREATE TABLE audit (
	seq INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	who TEXT NOT NULL, 
	what TEXT NOT NULL, 
	why TEXT NOT NULL, 
	before TEXT NOT NULL, 
	after TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT audit_pk PRIMARY KEY (seq), 
	CONSTRAINT audit_at_uq UNIQUE (at)
)

CREATE TABLE city (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT city_pk PRIMARY KEY (id), 
	CONSTRAINT city_code_uq UNIQUE (code)
)

CREATE TABLE context_word (
	id INTEGER NOT NULL, 
	tenant TEXT NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT context_word_pk PRIMARY KEY (id), 
	CONSTRAINT context_word_tenant_code_uq UNIQUE (tenant, code)
)

CREATE TABLE draft (
	account TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	fields TEXT NOT NULL, 
	saved BIGINT NOT NULL, 
	CONSTRAINT draft_pk PRIMARY KEY (account, kind, code)
)

CREATE TABLE entity (
	id INTEGER NOT NULL, 
	tenant TEXT NOT NULL, 
	uri TEXT NOT NULL, 
	types TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	modified BIGINT NOT NULL, 
	document TEXT, 
	west DOUBLE PRECISION, 
	south DOUBLE PRECISION, 
	east DOUBLE PRECISION, 
	north DOUBLE PRECISION, 
	CONSTRAINT entity_pk PRIMARY KEY (id), 
	CONSTRAINT entity_tenant_uri_uq UNIQUE (tenant, uri)
)

CREATE INDEX entity_tenant_west_ix ON entity (tenant, west)

CREATE TABLE feed_state (
	feed TEXT NOT NULL, 
	looked BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	worker TEXT NOT NULL, 
	failure TEXT NOT NULL, 
	findings TEXT NOT NULL, 
	CONSTRAINT feed_state_pk PRIMARY KEY (feed)
)

CREATE TABLE file (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT file_pk PRIMARY KEY (id), 
	CONSTRAINT file_name_sha256_uq UNIQUE (name, sha256)
)

CREATE TABLE harvest_run (
	source TEXT NOT NULL, 
	run TEXT NOT NULL, 
	started BIGINT NOT NULL, 
	cursor BIGINT NOT NULL, 
	mark TEXT NOT NULL, 
	finished BIGINT NOT NULL, 
	outcome TEXT NOT NULL, 
	CONSTRAINT harvest_run_pk PRIMARY KEY (source)
)

CREATE TABLE harvested (
	source TEXT NOT NULL, 
	identifier TEXT NOT NULL, 
	code TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	run TEXT NOT NULL, 
	CONSTRAINT harvested_pk PRIMARY KEY (source, identifier)
)

CREATE TABLE inbox (
	id TEXT NOT NULL, 
	feed TEXT NOT NULL, 
	city TEXT NOT NULL, 
	key TEXT NOT NULL, 
	sent BIGINT NOT NULL, 
	received BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	personal TEXT NOT NULL, 
	state TEXT NOT NULL, 
	touched TEXT NOT NULL, 
	worker TEXT NOT NULL, 
	due BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT inbox_pk PRIMARY KEY (id), 
	CONSTRAINT inbox_feed_key_uq UNIQUE (feed, key)
)

CREATE INDEX inbox_state_ix ON inbox (state)

CREATE TABLE job (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	account TEXT NOT NULL, 
	state TEXT NOT NULL, 
	request TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	worker TEXT NOT NULL, 
	due BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	is_stopping INTEGER NOT NULL, 
	CONSTRAINT job_pk PRIMARY KEY (id)
)

CREATE INDEX job_state_ix ON job (state)

CREATE TABLE jsonld_context (
	url TEXT NOT NULL, 
	content TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	CONSTRAINT jsonld_context_pk PRIMARY KEY (url)
)

CREATE TABLE letter (
	id TEXT NOT NULL, 
	what TEXT NOT NULL, 
	account TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT NOT NULL, 
	about TEXT NOT NULL, 
	state TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	worker TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	failure TEXT NOT NULL, 
	CONSTRAINT letter_pk PRIMARY KEY (id)
)

CREATE INDEX letter_account_ix ON letter (account)

CREATE INDEX letter_state_ix ON letter (state)

CREATE TABLE notification (
	id TEXT NOT NULL, 
	subscription_id TEXT NOT NULL, 
	content TEXT NOT NULL, 
	state TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	worker TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	failure TEXT NOT NULL, 
	CONSTRAINT notification_pk PRIMARY KEY (id)
)

CREATE INDEX notification_state_due_ix ON notification (state, due)

CREATE INDEX notification_subscription_id_ix ON notification (subscription_id)

CREATE TABLE period (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	first_day DATE NOT NULL, 
	last_day DATE NOT NULL, 
	CONSTRAINT period_pk PRIMARY KEY (id), 
	CONSTRAINT period_code_uq UNIQUE (code)
)

CREATE TABLE pilot (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT pilot_pk PRIMARY KEY (id), 
	CONSTRAINT pilot_code_uq UNIQUE (code)
)

CREATE TABLE reason (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT reason_pk PRIMARY KEY (id), 
	CONSTRAINT reason_code_uq UNIQUE (code)
)

CREATE TABLE sheet (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT sheet_pk PRIMARY KEY (id), 
	CONSTRAINT sheet_code_uq UNIQUE (code)
)

CREATE TABLE source (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT source_pk PRIMARY KEY (id), 
	CONSTRAINT source_code_uq UNIQUE (code)
)

CREATE TABLE subscription (
	id TEXT NOT NULL, 
	tenant TEXT NOT NULL, 
	account TEXT NOT NULL, 
	content TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	sent BIGINT NOT NULL, 
	failed BIGINT NOT NULL, 
	last_sent BIGINT NOT NULL, 
	last_success BIGINT NOT NULL, 
	last_failure BIGINT NOT NULL, 
	CONSTRAINT subscription_pk PRIMARY KEY (id)
)

CREATE INDEX subscription_tenant_ix ON subscription (tenant)

CREATE TABLE unit (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT unit_pk PRIMARY KEY (id), 
	CONSTRAINT unit_code_uq UNIQUE (code)
)

CREATE TABLE upkeep (
	what TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT upkeep_pk PRIMARY KEY (what)
)

CREATE TABLE variable (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT variable_pk PRIMARY KEY (id), 
	CONSTRAINT variable_code_uq UNIQUE (code)
)

CREATE TABLE attachment (
	sha256 TEXT NOT NULL, 
	entry INTEGER NOT NULL, 
	media_type TEXT NOT NULL, 
	content BYTEA NOT NULL, 
	CONSTRAINT attachment_pk PRIMARY KEY (sha256), 
	CONSTRAINT attachment_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE TABLE attribute_instance (
	entity_id INTEGER NOT NULL, 
	attribute_id INTEGER NOT NULL, 
	observed BIGINT NOT NULL, 
	dataset_id INTEGER NOT NULL, 
	digest BIGINT NOT NULL, 
	recorded BIGINT NOT NULL, 
	number DOUBLE PRECISION, 
	value TEXT NOT NULL, 
	CONSTRAINT attribute_instance_pk PRIMARY KEY (entity_id, attribute_id, observed, dataset_id, digest), 
	CONSTRAINT attribute_instance_entity_id_fk FOREIGN KEY(entity_id) REFERENCES entity (id), 
	CONSTRAINT attribute_instance_attribute_id_fk FOREIGN KEY(attribute_id) REFERENCES context_word (id)
)

CREATE TABLE city_version (
	city_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	level TEXT NOT NULL, 
	province TEXT NOT NULL, 
	latitude DOUBLE PRECISION, 
	longitude DOUBLE PRECISION, 
	parent_id INTEGER, 
	note TEXT NOT NULL, 
	valid_from TEXT NOT NULL, 
	valid_to TEXT NOT NULL, 
	CONSTRAINT city_version_pk PRIMARY KEY (city_id, entry), 
	CONSTRAINT city_version_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id), 
	CONSTRAINT city_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq), 
	CONSTRAINT city_version_parent_id_fk FOREIGN KEY(parent_id) REFERENCES city (id)
)

CREATE TABLE document (
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	content TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT document_pk PRIMARY KEY (kind, name, version), 
	CONSTRAINT document_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE TABLE dossier (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT NOT NULL, 
	city_id INTEGER, 
	province TEXT NOT NULL, 
	round_id INTEGER, 
	agreement_id INTEGER, 
	parent_id INTEGER, 
	owner_id INTEGER, 
	CONSTRAINT dossier_pk PRIMARY KEY (id), 
	CONSTRAINT dossier_kind_code_uq UNIQUE (kind, code), 
	CONSTRAINT dossier_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id), 
	CONSTRAINT dossier_round_id_fk FOREIGN KEY(round_id) REFERENCES dossier (id), 
	CONSTRAINT dossier_agreement_id_fk FOREIGN KEY(agreement_id) REFERENCES dossier (id), 
	CONSTRAINT dossier_parent_id_fk FOREIGN KEY(parent_id) REFERENCES dossier (id), 
	CONSTRAINT dossier_owner_id_fk FOREIGN KEY(owner_id) REFERENCES dossier (id)
)

CREATE INDEX dossier_owner_id_ix ON dossier (owner_id)

CREATE INDEX dossier_parent_id_ix ON dossier (parent_id)

CREATE TABLE entity_attribute (
	entity_id INTEGER NOT NULL, 
	attribute_id INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	number DOUBLE PRECISION, 
	word TEXT, 
	CONSTRAINT entity_attribute_pk PRIMARY KEY (entity_id, attribute_id, place), 
	CONSTRAINT entity_attribute_entity_id_fk FOREIGN KEY(entity_id) REFERENCES entity (id), 
	CONSTRAINT entity_attribute_attribute_id_fk FOREIGN KEY(attribute_id) REFERENCES context_word (id)
)

CREATE INDEX entity_attribute_attribute_id_number_word_entity_id_ix ON entity_attribute (attribute_id, number, word, entity_id)

CREATE TABLE instance_block (
	entity_id INTEGER NOT NULL, 
	attribute_id INTEGER NOT NULL, 
	dataset_id INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	count INTEGER NOT NULL, 
	packed BIGINT NOT NULL, 
	content BYTEA NOT NULL, 
	CONSTRAINT instance_block_pk PRIMARY KEY (entity_id, attribute_id, dataset_id, day), 
	CONSTRAINT instance_block_entity_id_fk FOREIGN KEY(entity_id) REFERENCES entity (id), 
	CONSTRAINT instance_block_attribute_id_fk FOREIGN KEY(attribute_id) REFERENCES context_word (id)
)

CREATE INDEX instance_block_step_day_ix ON instance_block (step, day)

CREATE TABLE load (
	entry INTEGER NOT NULL, 
	file_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	CONSTRAINT load_pk PRIMARY KEY (entry), 
	CONSTRAINT load_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq), 
	CONSTRAINT load_file_id_fk FOREIGN KEY(file_id) REFERENCES file (id)
)

CREATE TABLE pilot_version (
	pilot_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	programme TEXT NOT NULL, 
	round TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	province TEXT NOT NULL, 
	level TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	city_id INTEGER, 
	status TEXT NOT NULL, 
	CONSTRAINT pilot_version_pk PRIMARY KEY (pilot_id, entry), 
	CONSTRAINT pilot_version_pilot_id_fk FOREIGN KEY(pilot_id) REFERENCES pilot (id), 
	CONSTRAINT pilot_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq), 
	CONSTRAINT pilot_version_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id)
)

CREATE TABLE publication (
	id TEXT NOT NULL, 
	entry INTEGER NOT NULL, 
	known_on BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	settings TEXT NOT NULL, 
	catalogue TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	content TEXT NOT NULL, 
	licence TEXT NOT NULL, 
	supersedes TEXT NOT NULL, 
	files TEXT NOT NULL, 
	CONSTRAINT publication_pk PRIMARY KEY (id), 
	CONSTRAINT publication_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE TABLE series (
	id INTEGER NOT NULL, 
	city_id INTEGER NOT NULL, 
	variable_id INTEGER NOT NULL, 
	area_id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	CONSTRAINT series_pk PRIMARY KEY (id), 
	CONSTRAINT series_city_id_variable_id_area_id_source_id_uq UNIQUE (city_id, variable_id, area_id, source_id), 
	CONSTRAINT series_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id), 
	CONSTRAINT series_variable_id_fk FOREIGN KEY(variable_id) REFERENCES variable (id), 
	CONSTRAINT series_area_id_fk FOREIGN KEY(area_id) REFERENCES area (id), 
	CONSTRAINT series_source_id_fk FOREIGN KEY(source_id) REFERENCES source (id)
)

CREATE INDEX series_variable_id_ix ON series (variable_id)

CREATE TABLE service_desk (
	city TEXT NOT NULL, 
	services TEXT NOT NULL, 
	entry INTEGER NOT NULL, 
	CONSTRAINT service_desk_pk PRIMARY KEY (city), 
	CONSTRAINT service_desk_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE TABLE service_request (
	id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	city TEXT NOT NULL, 
	service TEXT NOT NULL, 
	state TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	closed BIGINT NOT NULL, 
	latitude DOUBLE PRECISION, 
	longitude DOUBLE PRECISION, 
	place TEXT NOT NULL, 
	description TEXT NOT NULL, 
	contact TEXT NOT NULL, 
	photograph BYTEA, 
	public_words TEXT NOT NULL, 
	public_place TEXT NOT NULL, 
	is_photograph_public INTEGER NOT NULL, 
	answer TEXT NOT NULL, 
	officer TEXT NOT NULL, 
	entry INTEGER, 
	CONSTRAINT service_request_pk PRIMARY KEY (id), 
	CONSTRAINT service_request_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE INDEX service_request_city_state_ix ON service_request (city, state)

CREATE UNIQUE INDEX service_request_digest_ix ON service_request (digest)

CREATE TABLE source_version (
	source_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	publisher TEXT NOT NULL, 
	title TEXT NOT NULL, 
	year TEXT NOT NULL, 
	licence TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	note TEXT NOT NULL, 
	quality TEXT NOT NULL, 
	CONSTRAINT source_version_pk PRIMARY KEY (source_id, entry), 
	CONSTRAINT source_version_source_id_fk FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT source_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE TABLE credential (
	account_id INTEGER NOT NULL, 
	password TEXT NOT NULL, 
	totp TEXT NOT NULL, 
	totp_step BIGINT NOT NULL, 
	failures INTEGER NOT NULL, 
	locked_until BIGINT NOT NULL, 
	CONSTRAINT credential_pk PRIMARY KEY (account_id), 
	CONSTRAINT credential_account_id_fk FOREIGN KEY(account_id) REFERENCES dossier (id)
)

CREATE TABLE dossier_version (
	dossier_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	action TEXT NOT NULL, 
	state TEXT NOT NULL, 
	content TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT dossier_version_pk PRIMARY KEY (dossier_id, version), 
	CONSTRAINT dossier_version_dossier_id_fk FOREIGN KEY(dossier_id) REFERENCES dossier (id), 
	CONSTRAINT dossier_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
)

CREATE TABLE fault (
	load_entry INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	severity TEXT NOT NULL, 
	sheet TEXT NOT NULL, 
	cell TEXT NOT NULL, 
	city TEXT NOT NULL, 
	variable TEXT NOT NULL, 
	period TEXT NOT NULL, 
	value TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	message TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	said TEXT, 
	CONSTRAINT fault_pk PRIMARY KEY (load_entry, number), 
	CONSTRAINT fault_load_entry_fk FOREIGN KEY(load_entry) REFERENCES load (entry)
)

CREATE TABLE observation (
	series_id INTEGER NOT NULL, 
	period_id INTEGER NOT NULL, 
	load_entry INTEGER NOT NULL, 
	value DOUBLE PRECISION NOT NULL, 
	unit_id INTEGER NOT NULL, 
	status SMALLINT NOT NULL, 
	quality SMALLINT NOT NULL, 
	sheet_id INTEGER, 
	cell_row INTEGER, 
	cell_column INTEGER, 
	reason_id INTEGER, 
	CONSTRAINT observation_pk PRIMARY KEY (series_id, period_id, load_entry), 
	CONSTRAINT observation_status_ck CHECK (status between 0 and 3), 
	CONSTRAINT observation_quality_ck CHECK (quality between 0 and 5), 
	CONSTRAINT observation_series_id_fk FOREIGN KEY(series_id) REFERENCES series (id), 
	CONSTRAINT observation_period_id_fk FOREIGN KEY(period_id) REFERENCES period (id), 
	CONSTRAINT observation_load_entry_fk FOREIGN KEY(load_entry) REFERENCES load (entry), 
	CONSTRAINT observation_unit_id_fk FOREIGN KEY(unit_id) REFERENCES unit (id), 
	CONSTRAINT observation_sheet_id_fk FOREIGN KEY(sheet_id) REFERENCES sheet (id), 
	CONSTRAINT observation_reason_id_fk FOREIGN KEY(reason_id) REFERENCES reason (id)
)

CREATE TABLE ticket (
	digest TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	account_id INTEGER NOT NULL, 
	made BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	used BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT ticket_pk PRIMARY KEY (digest), 
	CONSTRAINT ticket_account_id_fk FOREIGN KEY(account_id) REFERENCES dossier (id)
)

CREATE INDEX ticket_account_id_ix ON ticket (account_id)

create function refuse_change() returns trigger language plpgsql as $$ begin raise exception 'nothing stored is changed or deleted: record a new version'; end $$

create trigger area_no_change before update or delete or truncate on area for each statement execute function refuse_change()

create trigger audit_no_change before update or delete or truncate on audit for each statement execute function refuse_change()

create trigger city_no_change before update or delete or truncate on city for each statement execute function refuse_change()

create trigger file_no_change before update or delete or truncate on file for each statement execute function refuse_change()

create trigger period_no_change before update or delete or truncate on period for each statement execute function refuse_change()

create trigger pilot_no_change before update or delete or truncate on pilot for each statement execute function refuse_change()

create trigger reason_no_change before update or delete or truncate on reason for each statement execute function refuse_change()

create trigger sheet_no_change before update or delete or truncate on sheet for each statement execute function refuse_change()

create trigger source_no_change before update or delete or truncate on source for each statement execute function refuse_change()

create trigger unit_no_change before update or delete or truncate on unit for each statement execute function refuse_change()

create trigger variable_no_change before update or delete or truncate on variable for each statement execute function refuse_change()

create trigger attachment_no_change before update or delete or truncate on attachment for each statement execute function refuse_change()

create trigger city_version_no_change before update or delete or truncate on city_version for each statement execute function refuse_change()

create trigger document_no_change before update or delete or truncate on document for each statement execute function refuse_change()

create trigger dossier_no_change before update or delete or truncate on dossier for each statement execute function refuse_change()

create trigger load_no_change before update or delete or truncate on load for each statement execute function refuse_change()

create trigger pilot_version_no_change before update or delete or truncate on pilot_version for each statement execute function refuse_change()

create trigger publication_no_change before update or delete or truncate on publication for each statement execute function refuse_change()

create trigger series_no_change before update or delete or truncate on series for each statement execute function refuse_change()

create trigger source_version_no_change before update or delete or truncate on source_version for each statement execute function refuse_change()

create trigger dossier_version_no_change before update or delete or truncate on dossier_version for each statement execute function refuse_change()

create trigger fault_no_change before update or delete or truncate on fault for each statement execute function refuse_change()

create trigger observation_no_change before update or delete or truncate on observation for each statement execute function refuse_change()