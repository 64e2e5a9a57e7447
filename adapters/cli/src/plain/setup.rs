//! From a session's settings to a session that can be started.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sansfix::dictionary::{Dictionary, Validator};
use sansfix_runtime::blocking::{Clock, SessionSetup};
use sansfix_runtime::dictionary_xml::{DictionaryFileError, read_dictionary_file};
use sansfix_runtime::settings::{DictionaryFiles, SessionSettings, StoreSettings};

use super::application::PlainApplication;
use super::describe::{Names, snapshot_in_words};
use super::logs::Logs;
use super::outbox::Outbox;
use super::say;

/// Dictionaries that were read, each once.
#[derive(Default)]
pub(crate) struct Dictionaries(BTreeMap<PathBuf, Arc<Dictionary>>);

impl Dictionaries {
    fn get(&mut self, file: &Path) -> Result<Arc<Dictionary>, DictionaryFileError> {
        if let Some(dictionary) = self.0.get(file) {
            return Ok(dictionary.clone());
        }
        let dictionary = Arc::new(read_dictionary_file(file)?);
        self.0.insert(file.to_owned(), dictionary.clone());
        Ok(dictionary)
    }

    /// What checks the messages of a session, if it names dictionaries, and what its messages are called.
    pub(crate) fn of(
        &mut self,
        session: &SessionSettings,
    ) -> Result<(Option<Validator>, Names), DictionaryFileError> {
        let rules = session.validation.rules;
        match (&session.validation.dictionaries, session.config.default_appl_ver_id) {
            (DictionaryFiles::Fix(file), _) => {
                let dictionary = self.get(file)?;
                let validator = Validator::new(dictionary.clone()).with_validation(rules);
                Ok((Some(validator), Names::new(vec![dictionary])))
            }
            (DictionaryFiles::Fixt { transport, application }, Some(version)) => {
                let transport = self.get(transport)?;
                let mut names = vec![transport.clone()];
                let mut validator = Validator::fixt(transport, version).with_validation(rules);
                for (version, file) in application {
                    let dictionary = self.get(file)?;
                    names.push(dictionary.clone());
                    validator = validator.with_application(*version, dictionary);
                }
                Ok((Some(validator), Names::new(names)))
            }
            (DictionaryFiles::Fixt { .. }, None) | (DictionaryFiles::None, _) => Ok((None, Names::default())),
        }
    }
}

/// A session that can be started, and where to put messages for it.
pub(crate) struct Prepared {
    pub(crate) setup: SessionSetup,
    pub(crate) outbox: Arc<Outbox>,
}

/// A journal that is longer than this takes long enough to read that an operator is told, MiB.
const LONG_JOURNAL: u64 = 128;

/// How long the journal is, when it is long.
fn long_journal_mib(store: &StoreSettings) -> Option<u64> {
    let StoreSettings::Journal { directory, .. } = store else { return None };
    let mib = fs::metadata(directory.join("journal")).ok()?.len() >> 20;
    Some(mib).filter(|mib| *mib >= LONG_JOURNAL)
}

/// A session with the store that the file asks for and the application that prints. Says where the session goes on
/// from.
pub(crate) fn prepare(
    session: SessionSettings,
    dictionaries: &mut Dictionaries,
    logs: &mut Logs,
) -> Result<Prepared, Box<dyn Error>> {
    let (validator, names) = dictionaries.of(&session)?;
    let identity = session.config.identity.to_string();
    if let Some(mib) = long_journal_mib(&session.store) {
        say(&format!("{identity}: reading its journal, {mib} MiB"));
    }
    let mut opened = session.open_store().map_err(|error| format!("{identity}: {error}"))?;
    if let Some(torn) = &opened.torn_tail {
        say(&format!("{identity}: {torn}"));
    }
    if let Some(snapshot) = opened.store.load()? {
        say(&format!("{identity} goes on: {}", snapshot_in_words(&snapshot)));
    }
    let log = logs.of(&session).map_err(|error| format!("{identity}: {error}"))?;
    let outbox = Arc::new(Outbox::new());
    let application = PlainApplication {
        identity,
        names,
        validator,
        logon_fields: session.logon_fields,
        outbox: outbox.clone(),
        clock: Clock::start(),
        screen: session.log.screen,
    };
    let mut setup = SessionSetup::new(session.config, application)
        .with_store(opened.store)
        .with_schedule(session.schedule);
    if let Some(log) = log {
        setup = setup.with_log(log);
    }
    Ok(Prepared { setup, outbox })
}
