//! Stores. The journal is there.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag, Later, Needless, Text},
};
use crate::settings::value;

pub(super) const STORES: &[Key] = keys! {
    "FileStorePath", None, ALL, Text(|draft, value| {
        draft.store.path = (!value.is_empty()).then(|| value.into());
    });
        ""; "The directory in which each session has a directory of its own for messages and numbers. Without it they are \
        kept in memory, and lost when the process ends.";
    "FileStoreSync", None, JAVA_GO, Flag(|draft, on| draft.store.sync = Some(on));
        "Y"; "Nothing is sent before the disk has it, as FileStoreSyncPolicy=Batch. N: as None.";
    "FileStoreSyncPolicy", None, OURS, Custom(value::SYNC_POLICY_ALLOWED, |draft, _, value| {
        draft.store.policy = value::sync_policy(value);
        draft.store.policy.is_some()
    });
        "Batch"; "When what was saved is made to outlive a failure of the machine: before anything of it is sent; at most so \
        much time after the last; or when the system likes. The end of the process loses \
        nothing in any case. Goes before FileStoreSync.";
    "FileStoreMaxCachedMsgs", None, JAVA, Needless;
        ""; "How much of the file's index is kept in memory: never more than 130 KiB, however many messages there are.";
    "MySQLStoreUseConnectionPool", None, CPP, Later(&[]); ""; "MySQL: connections are shared.";
    "MySQLStoreDatabase", None, CPP, Later(&[]); ""; "MySQL: the database.";
    "MySQLStoreUser", None, CPP, Later(&[]); ""; "MySQL: the user.";
    "MySQLStorePassword", None, CPP, Later(&[]); ""; "MySQL: the password.";
    "MySQLStoreHost", None, CPP, Later(&[]); ""; "MySQL: the host.";
    "MySQLStorePort", None, CPP, Later(&[]); ""; "MySQL: the port.";
    "PostgreSQLStoreUseConnectionPool", None, CPP, Later(&[]); ""; "PostgreSQL: connections are shared.";
    "PostgreSQLStoreDatabase", None, CPP, Later(&[]); ""; "PostgreSQL: the database.";
    "PostgreSQLStoreUser", None, CPP, Later(&[]); ""; "PostgreSQL: the user.";
    "PostgreSQLStorePassword", None, CPP, Later(&[]); ""; "PostgreSQL: the password.";
    "PostgreSQLStoreHost", None, CPP, Later(&[]); ""; "PostgreSQL: the host.";
    "PostgreSQLStorePort", None, CPP, Later(&[]); ""; "PostgreSQL: the port.";
    "OdbcStoreUser", None, CPP, Later(&[]); ""; "ODBC: the user.";
    "OdbcStorePassword", None, CPP, Later(&[]); ""; "ODBC: the password.";
    "OdbcStoreConnectionString", None, CPP, Later(&[]); ""; "ODBC: the connection.";
    "JdbcDataSourceName", None, JAVA, Later(&[]); ""; "JDBC: the data source.";
    "JdbcDriver", None, JAVA, Later(&[]); ""; "JDBC: the driver.";
    "JdbcURL", None, JAVA, Later(&[]); ""; "JDBC: the database.";
    "JdbcUser", None, JAVA, Later(&[]); ""; "JDBC: the user.";
    "JdbcPassword", None, JAVA, Later(&[]); ""; "JDBC: the password.";
    "JdbcStoreMessagesTableName", None, JAVA, Later(&[]); ""; "JDBC: the table of messages.";
    "JdbcStoreSessionsTableName", None, JAVA, Later(&[]); ""; "JDBC: the table of sessions.";
    "JdbcSessionIdDefaultPropertyValue", None, JAVA, Later(&[]); ""; "JDBC: what stands for an ID that is not set.";
    "JdbcMaxActiveConnection", None, JAVA, Later(&[]); ""; "JDBC: connections at most.";
    "JdbcMinIdleConnection", None, JAVA, Later(&[]); ""; "JDBC: idle connections at least.";
    "JdbcMaxConnectionLifeTime", None, JAVA, Later(&[]); ""; "JDBC: how long a connection is kept.";
    "JdbcConnectionTimeout", None, JAVA, Later(&[]); ""; "JDBC: how long connecting may take.";
    "JdbcConnectionIdleTimeout", None, JAVA, Later(&[]); ""; "JDBC: how long an idle connection is kept.";
    "JdbcConnectionKeepaliveTime", None, JAVA, Later(&[]); ""; "JDBC: how often an idle connection is used.";
    "JdbcConnectionTestQuery", None, JAVA, Later(&[]); ""; "JDBC: a query that tries a connection.";
    "SQLStoreDriver", None, GO, Later(&[]); ""; "SQL: the driver.";
    "SQLStoreDataSourceName", None, GO, Later(&[]); ""; "SQL: the data source.";
    "SQLStoreConnMaxLifetime", None, GO, Later(&[]); ""; "SQL: how long a connection is kept.";
    "MongoStoreConnection", None, GO, Later(&[]); ""; "MongoDB: the connection.";
    "MongoStoreDatabase", None, GO, Later(&[]); ""; "MongoDB: the database.";
    "MongoStoreReplicaSet", None, GO, Later(&[]); ""; "MongoDB: the replica set.";
};
