//! Logs: files and what is printed.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag, Later, Number, Text, Unsupported},
};
use crate::settings::value;

/// The most files of earlier days that are kept: 27 years.
const MOST_FILES: u64 = 10_000;
/// The smallest FileLogQueueBytes: room for a few messages.
const MIN_QUEUE_BYTES: u64 = 64 << 10;
/// The largest, bytes.
const MAX_QUEUE_BYTES: u64 = 1 << 30;

/// Why there is no other log than that of a session.
const BY_SESSION: &str = "what belongs to no session is printed";

pub(super) const LOGS: &[Key] = keys! {
    "FileLogPath", None, ALL, Text(|draft, value| draft.log.path = (!value.is_empty()).then(|| value.into()));
        ""; "The directory of log files: for each session PREFIX.messages.current.log and PREFIX.event.current.log, with the \
        prefix FIX.4.4-SENDER_SUB_LOCATION-TARGET. Without it there are none.";
    "FileLogBackupPath", None, CPP,
        Text(|draft, value| draft.log.files.backup_directory = (!value.is_empty()).then(|| value.into()));
        "as FileLogPath"; "The directory of older log files, PREFIX.messages.backup.N.log, on the same file system.";
    "FileLogMaxBytes", None, OURS, Custom(value::LOG_BYTES_ALLOWED, |draft, _, value| {
        let bytes = value::log_bytes(value);
        draft.log.files.max_file_bytes = bytes.filter(|bytes| *bytes > 0);
        bytes.is_some()
    });
        "0"; "A log file does not grow beyond so many bytes: the next begins. 0: there is no bound.";
    "FileLogDaily", None, OURS, Flag(|draft, on| draft.log.files.daily = on);
        "N"; "Each day has log files of its own.";
    "FileLogTimeZone", None, OURS, Custom(value::ZONE_ALLOWED, |draft, _, value| {
        value::zone(value).map(|zone| draft.log.files.day_zone = zone).is_some()
    });
        "UTC"; "Where the days of FileLogDaily begin at midnight. Times in the files are UTC.";
    "FileLogKeptFiles", None, OURS, Number(0, MOST_FILES, |draft, n| draft.log.files.kept_files = n as u32);
        "10"; "How many older log files are kept of each kind and session; the oldest are removed.";
    "FileLogQueueBytes", None, OURS,
        Number(MIN_QUEUE_BYTES, MAX_QUEUE_BYTES, |draft, n| draft.log.files.queue_bytes = n as usize);
        "8388608"; "How many bytes may wait to be written to log files, of all sessions with the same keys. A line that does \
        not fit is dropped and counted: no session waits for its log.";
    "FileLogHeartbeats", None, JAVA, Flag(|draft, on| draft.log.files.heartbeats = on);
        "Y"; "Heartbeats are logged.";
    "FileIncludeMilliseconds", None, JAVA, Flag(|draft, on| draft.log.files.milliseconds = on);
        "Y"; "Times in log files have milliseconds.";
    "FileIncludeTimeStampForMessages", None, JAVA,
        Flag(|draft, on| draft.log.files.timestamps_for_messages = on);
        "Y"; "Messages are logged with the time; events always are.";
    "DebugFileLogPath", None, NET, Unsupported(&[""], BY_SESSION); ""; "The directory of a log for what belongs to no session.";
    "DebugLogFilePath", None, NET, Unsupported(&[""], BY_SESSION); ""; "As DebugFileLogPath.";
    "ScreenLogShowIncoming", None, CPP_JAVA, Flag(|draft, on| draft.log.screen.incoming = on);
        "Y"; "Messages received are printed.";
    "ScreenLogShowOutgoing", None, CPP_JAVA, Flag(|draft, on| draft.log.screen.outgoing = on);
        "Y"; "Messages that an operator sends are printed.";
    "ScreenLogShowEvents", None, CPP_JAVA, Flag(|draft, on| draft.log.screen.events = on);
        "Y"; "What happens to the session is printed.";
    "ScreenLogShowHeartBeats", None, JAVA, Flag(|draft, on| draft.log.screen.heartbeats = on);
        "Y"; "Heartbeats are printed where messages are.";
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
