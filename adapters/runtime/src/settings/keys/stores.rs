//! Stores and logs. Of the stores, the journal is there; logs are not chosen by a file yet.

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
        "Batch"; "When what was saved is made to outlive a failure of the machine: before anything of it is sent; with the \
        first save when so much time has passed since the last; or when the system likes. The end of the process loses \
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

pub(super) const LOGS: &[Key] = keys! {
    "FileLogPath", None, ALL, Later(&[]); ""; "The directory of log files.";
    "FileLogBackupPath", None, CPP, Later(&[]); ""; "The directory of older log files.";
    "FileLogHeartbeats", None, JAVA, Later(&[]); ""; "Heartbeats are logged.";
    "FileIncludeMilliseconds", None, JAVA, Later(&[]); ""; "Milliseconds are logged.";
    "FileIncludeTimeStampForMessages", None, JAVA, Later(&[]); ""; "Messages are logged with the time.";
    "DebugFileLogPath", None, NET, Later(&[]); ""; "The directory of a log for finding mistakes.";
    "DebugLogFilePath", None, NET, Later(&[]); ""; "As DebugFileLogPath.";
    "ScreenLogShowIncoming", None, CPP_JAVA, Later(&[]); ""; "Messages received are shown.";
    "ScreenLogShowOutgoing", None, CPP_JAVA, Later(&[]); ""; "Messages sent are shown.";
    "ScreenLogShowEvents", None, CPP_JAVA, Later(&[]); ""; "Events are shown.";
    "ScreenLogShowHeartBeats", None, JAVA, Later(&[]); ""; "Heartbeats are shown.";
    "LogMessageWhenSessionNotFound", None, JAVA, Later(&[]); ""; "A Logon of no session is logged whole.";
    "SLF4JLogEventCategory", None, JAVA, Later(&[]); ""; "SLF4J: the category of events.";
    "SLF4JLogIncomingMessageCategory", None, JAVA, Later(&[]); ""; "SLF4J: the category of messages received.";
    "SLF4JLogOutgoingMessageCategory", None, JAVA, Later(&[]); ""; "SLF4J: the category of messages sent.";
    "SLF4JLogPrependSessionID", None, JAVA, Later(&[]); ""; "SLF4J: lines begin with the session.";
    "SLF4JLogHeartbeats", None, JAVA, Later(&[]); ""; "SLF4J: Heartbeats are logged.";
    "JdbcLogHeartBeats", None, JAVA, Later(&[]); ""; "JDBC: Heartbeats are logged.";
    "JdbcLogIncomingTable", None, JAVA, Later(&[]); ""; "JDBC: the table of messages received.";
    "JdbcLogOutgoingTable", None, JAVA, Later(&[]); ""; "JDBC: the table of messages sent.";
    "JdbcLogEventTable", None, JAVA, Later(&[]); ""; "JDBC: the table of events.";
    "MySQLLogUseConnectionPool", None, CPP, Later(&[]); ""; "MySQL: connections are shared.";
    "MySQLLogDatabase", None, CPP, Later(&[]); ""; "MySQL: the database.";
    "MySQLLogUser", None, CPP, Later(&[]); ""; "MySQL: the user.";
    "MySQLLogPassword", None, CPP, Later(&[]); ""; "MySQL: the password.";
    "MySQLLogHost", None, CPP, Later(&[]); ""; "MySQL: the host.";
    "MySQLLogPort", None, CPP, Later(&[]); ""; "MySQL: the port.";
    "MySQLLogIncomingTable", None, CPP, Later(&[]); ""; "MySQL: the table of messages received.";
    "MySQLLogOutgoingTable", None, CPP, Later(&[]); ""; "MySQL: the table of messages sent.";
    "MySQLLogEventTable", None, CPP, Later(&[]); ""; "MySQL: the table of events.";
    "PostgreSQLLogUseConnectionPool", None, CPP, Later(&[]); ""; "PostgreSQL: connections are shared.";
    "PostgreSQLLogDatabase", None, CPP, Later(&[]); ""; "PostgreSQL: the database.";
    "PostgreSQLLogUser", None, CPP, Later(&[]); ""; "PostgreSQL: the user.";
    "PostgreSQLLogPassword", None, CPP, Later(&[]); ""; "PostgreSQL: the password.";
    "PostgreSQLLogHost", None, CPP, Later(&[]); ""; "PostgreSQL: the host.";
    "PostgreSQLLogPort", None, CPP, Later(&[]); ""; "PostgreSQL: the port.";
    "PostgreSQLLogIncomingTable", None, CPP, Later(&[]); ""; "PostgreSQL: the table of messages received.";
    "PostgreSQLLogOutgoingTable", None, CPP, Later(&[]); ""; "PostgreSQL: the table of messages sent.";
    "PostgreSQLLogEventTable", None, CPP, Later(&[]); ""; "PostgreSQL: the table of events.";
    "OdbcLogUser", None, CPP, Later(&[]); ""; "ODBC: the user.";
    "OdbcLogPassword", None, CPP, Later(&[]); ""; "ODBC: the password.";
    "OdbcLogConnectionString", None, CPP, Later(&[]); ""; "ODBC: the connection.";
    "OdbcLogIncomingTable", None, CPP, Later(&[]); ""; "ODBC: the table of messages received.";
    "OdbcLogOutgoingTable", None, CPP, Later(&[]); ""; "ODBC: the table of messages sent.";
    "OdbcLogEventTable", None, CPP, Later(&[]); ""; "ODBC: the table of events.";
    "SQLLogDriver", None, GO, Later(&[]); ""; "SQL: the driver.";
    "SQLLogDataSourceName", None, GO, Later(&[]); ""; "SQL: the data source.";
    "SQLLogConnMaxLifetime", None, GO, Later(&[]); ""; "SQL: how long a connection is kept.";
    "MongoLogConnection", None, GO, Later(&[]); ""; "MongoDB: the connection.";
    "MongoLogDatabase", None, GO, Later(&[]); ""; "MongoDB: the database.";
    "MongoLogReplicaSet", None, GO, Later(&[]); ""; "MongoDB: the replica set.";
};
