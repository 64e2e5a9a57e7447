//! The dictionaries of the acceptance sessions: each file is read once and shared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sansfix::Config;
use sansfix::dictionary::{Dictionary, Members, Validation, Validator};
use sansfix::tags::Tag;
use sansfix_runtime::dictionary_xml::{DictionaryFileError, read_dictionary_file};

use super::respond::{GroupMembers, Responder};
use super::sessions::AcceptanceSession;

/// Reads dictionaries from a directory.
#[derive(Debug)]
pub struct Dictionaries {
    directory: PathBuf,
    read: BTreeMap<&'static str, Arc<Dictionary>>,
}

/// A session of the table with its dictionaries.
#[derive(Clone, Debug)]
pub struct ReadySession {
    config: Arc<Config>,
    validator: Arc<Validator>,
    groups: Groups,
    appl_ver_in_business_reject: bool,
}

impl Dictionaries {
    /// Reads from `directory`, when something is asked for.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), read: BTreeMap::new() }
    }

    /// The session with its dictionaries.
    ///
    /// # Errors
    /// [`DictionaryFileError`] when a file is not there or is no dictionary.
    pub fn ready(&mut self, session: AcceptanceSession) -> Result<ReadySession, DictionaryFileError> {
        let transport = self.dictionary(session.transport_dictionary)?;
        let application = session.application_dictionary.map(|file| self.dictionary(file)).transpose()?;
        Ok(ReadySession::new(session, transport, application))
    }

    fn dictionary(&mut self, file: &'static str) -> Result<Arc<Dictionary>, DictionaryFileError> {
        if let Some(dictionary) = self.read.get(file) {
            return Ok(dictionary.clone());
        }
        let dictionary = Arc::new(read_dictionary_file(&self.directory.join(file))?);
        self.read.insert(file, dictionary.clone());
        Ok(dictionary)
    }
}

impl ReadySession {
    /// The session with these dictionaries; in FIXT.1.1 the second one describes its application messages.
    #[must_use]
    pub fn new(
        session: AcceptanceSession,
        transport: Arc<Dictionary>,
        application: Option<Arc<Dictionary>>,
    ) -> Self {
        let validation = Validation {
            validate_fields_have_values: session.validate_fields_have_values,
            ..Validation::default()
        };
        let groups = Groups(application.as_ref().unwrap_or(&transport).clone());
        let validator = match session.config.default_appl_ver_id.zip(application) {
            Some((version, application)) => {
                Validator::fixt(transport, version).with_application(version, application)
            }
            None => Validator::new(transport),
        };
        Self {
            config: Arc::new(session.config),
            validator: Arc::new(validator.with_validation(validation)),
            groups,
            appl_ver_in_business_reject: session.appl_ver_in_business_reject,
        }
    }

    /// The session's configuration.
    #[must_use]
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// What its messages are checked by.
    #[must_use]
    pub fn validator(&self) -> Arc<Validator> {
        self.validator.clone()
    }

    /// Its application, which has seen nothing yet.
    #[must_use]
    pub fn responder(&self) -> Responder<Groups> {
        let appl_ver = self.config.default_appl_ver_id.filter(|_| self.appl_ver_in_business_reject);
        Responder::new(self.groups.clone(), appl_ver)
    }
}

/// Groups as a dictionary has them.
#[derive(Clone, Debug)]
pub struct Groups(Arc<Dictionary>);

impl GroupMembers for Groups {
    fn is_member(&self, msg_type: &[u8], count: Tag, tag: Tag) -> bool {
        let message = self.0.message(msg_type);
        let group =
            message.and_then(|message| message.members().get(count)).and_then(|member| member.group());
        group.is_some_and(|group| holds(group, tag))
    }
}

fn holds(members: &Members, tag: Tag) -> bool {
    members.get(tag).is_some()
        || members.list().iter().filter_map(|member| member.group()).any(|group| holds(group, tag))
}
