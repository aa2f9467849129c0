PRAGMA application_id = 1885432679;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE changed (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "meta" VALUES('base','https://example.org/id/');
INSERT INTO "meta" VALUES('run','1');
CREATE TABLE paper (
    key TEXT NOT NULL, hash TEXT NOT NULL, extractor TEXT NOT NULL,
    version INTEGER NOT NULL, issued TEXT NOT NULL, abstract_length INTEGER NOT NULL,
    document TEXT NOT NULL, extraction TEXT NOT NULL,
    PRIMARY KEY (key, hash)
);
INSERT INTO "paper" VALUES('owls-1','f75beb348f238257c27e565cab1ef12e','test-1',0,'',36,'["owls-1","/papers/listing.txt","1","owls-1","owls-1","Self-Controlled Memory (SCM). BERT. ",[],"",0]','[[["Self-Controlled Memory","Method",["SCM"],[[8,30,"Self-Controlled Memory","Method","test",0.9]],"introduces",[[8,37,8,30]],"test",0.9,null,null,null],["BERT","Method",[],[[38,42,"BERT","Method","test",0.9]],"mentions",[[38,43,38,42]],"test",0.9,null,null,null]],[],[],[[32,35,8,30,8,36]]]');
INSERT INTO "paper" VALUES('owls-2','5fc0bb266a1116f250c229b5f00ec47c','test-1',0,'',44,'["owls-2","/papers/listing.txt","2","owls-2","owls-2","Structural Causal Model (SCM). NVIDIA A100. ",[],"",0]','[[["Structural Causal Model","Method",["SCM"],[[8,31,"Structural Causal Model","Method","test",0.9]],"mentions",[[8,38,8,31]],"test",0.9,null,null,null],["NVIDIA A100","Hardware",[],[[39,50,"NVIDIA A100","Hardware","test",0.9]],"mentions",[[39,51,39,50]],"test",0.9,null,null,null]],[],[],[[33,36,8,31,8,37]]]');
INSERT INTO "paper" VALUES('owls-3','b9ced286173befc391c466d9b6df5dc1','test-1',1,'2024-01-01',27,'["owls-3","/papers/listing.txt","3","owls-3","owls-3","Spider 2.0 (Spider). BERT. ",[],"2024-01-01",1]','[[["Spider 2.0","Dataset",["Spider"],[[8,18,"Spider 2.0","Dataset","test",0.9]],"introduces",[[8,28,8,18]],"test",0.9,null,null,null],["BERT","Method",[],[[29,33,"BERT","Method","test",0.9]],"mentions",[[29,34,29,33]],"test",0.9,null,null,null]],[],[],[[20,26,8,18,8,27]]]');
INSERT INTO "paper" VALUES('owls-3','15de48ef2cf1da2b5d57590f5e7387c8','test-1',2,'2024-02-02',34,'["owls-3","/papers/listing.txt","4","owls-3","owls-3","Spider 2.0 (Spider). NVIDIA A100. ",[],"2024-02-02",2]','[[["Spider 2.0","Dataset",["Spider"],[[8,18,"Spider 2.0","Dataset","test",0.9]],"introduces",[[8,28,8,18]],"test",0.9,null,null,null],["NVIDIA A100","Hardware",[],[[29,40,"NVIDIA A100","Hardware","test",0.9]],"mentions",[[29,41,29,40]],"test",0.9,null,null,null]],[],[],[[20,26,8,18,8,27]]]');
CREATE TABLE rejection (
    source TEXT NOT NULL, place TEXT NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, run INTEGER NOT NULL
);
INSERT INTO "rejection" VALUES('/papers/broken.jsonl','line 7','read','bad-json','not JSON: repair the line',1);
INSERT INTO "rejection" VALUES('/papers/broken.jsonl','line 2','read','bad-json','not JSON: repair the line',1);
CREATE TABLE source (
    source TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, place TEXT NOT NULL, run INTEGER NOT NULL,
    PRIMARY KEY (source, key, hash)
);
INSERT INTO "source" VALUES('/papers/listing.txt','owls-1','f75beb348f238257c27e565cab1ef12e','1',1);
INSERT INTO "source" VALUES('/papers/listing.txt','owls-2','5fc0bb266a1116f250c229b5f00ec47c','2',1);
INSERT INTO "source" VALUES('/papers/listing.txt','owls-3','b9ced286173befc391c466d9b6df5dc1','3',1);
INSERT INTO "source" VALUES('/papers/listing.txt','owls-3','15de48ef2cf1da2b5d57590f5e7387c8','4',1);
CREATE VIEW standing AS SELECT * FROM paper AS p WHERE NOT EXISTS (
    SELECT 1 FROM paper AS q WHERE q.key = p.key
    AND (q.version, q.issued, q.abstract_length, q.hash) > (p.version, p.issued, p.abstract_length, p.hash)
);
CREATE INDEX source_by_paper ON source (key, hash);
CREATE INDEX rejection_by_source ON rejection (source);
CREATE TRIGGER paper_added AFTER INSERT ON paper BEGIN INSERT OR IGNORE INTO changed VALUES (NEW.key); END;
CREATE TRIGGER paper_renewed AFTER UPDATE ON paper BEGIN INSERT OR IGNORE INTO changed VALUES (NEW.key); END;
CREATE TRIGGER paper_gone AFTER DELETE ON paper BEGIN INSERT OR IGNORE INTO changed VALUES (OLD.key); END;
COMMIT;
