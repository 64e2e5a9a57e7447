// A FIX session of the QuickFIX C++ engine, driven by lines on standard input: one answer line for each command.
//
// One thread does everything: it polls the engine and reads commands in turn, so that nothing happens between a
// command and its answer, and the engine's timers run at every idle poll instead of once a second. The store is the
// engine's file store: its memory store finds nothing when the first number asked for has no message. The process ends
// with `quit` or when its input ends. tests/interop/src/peer.rs drives it.
//
//   start initiator|acceptor BEGINSTRING APPLVERID|- SENDER TARGET PORT HEARTBTINT RECONNECTINTERVAL STOREPATH
//   state                  numbers, counts and flags, as key=value
//   send D|8 COUNT PREFIX  that many orders or execution reports; ClOrdIDs are PREFIX1, PREFIX2, ...
//   received FROM          application messages as SEQ:POSSDUP:MSGTYPE:CLORDID, from the given index on
//   wire FROM              messages in (<) and out (>), from the given index on, separated by tabs
//   events FROM            what the engine logs, likewise
//   logon | logout TEXT    enable or disable the session
//   test-request ID        send a TestRequest
//   stay-down Y|N          Y: whenever a logged-on session ends, it is disabled, and does not come back by itself
//   sender N | target N    the next number sent or expected
//   quit

#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/FixValues.h>
#include <quickfix/Log.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

// How long one look at the sockets waits, in seconds.
const double POLL = 0.01;
// How many messages are sent between two looks at the sockets, so that both directions flow at once.
const int BURST = 20;
// The engine resets its numbers at the end of a session's day: that is put this far away, in seconds.
const int HALF_A_DAY = 12 * 60 * 60;

typedef std::vector<std::string> Lines;

std::string readable(std::string bytes) {
  for (size_t at = 0; at < bytes.size(); ++at)
    if (bytes[at] == '\001') bytes[at] = '|';
  return bytes;
}

// What went over the wire, and what the engine says of itself.
class Record : public FIX::Log {
public:
  void clear() {}
  void backup() {}
  void onIncoming(const std::string& bytes) { wire.push_back("<" + readable(bytes)); }
  void onOutgoing(const std::string& bytes) { wire.push_back(">" + readable(bytes)); }
  void onEvent(const std::string& text) { events.push_back(text); }

  Lines wire;
  Lines events;
};

class Records : public FIX::LogFactory {
public:
  FIX::Log* create() { return &general; }
  FIX::Log* create(const FIX::SessionID&) { return &session; }
  void destroy(FIX::Log*) {}

  Record general;
  Record session;
};

class Peer : public FIX::Application {
public:
  Peer() : m_unsent(0), m_sent(0), m_logons(0), m_logouts(0), m_stayDown(false) {}

  // Answers one command line.
  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    try {
      if (command == "start") return start(words);
      if (!session()) return "error not started";
      if (command == "state") return state();
      if (command == "send") return send(words);
      if (command == "received") return list(m_received, words);
      if (command == "wire") return list(m_records.session.wire, words);
      if (command == "events") return list(m_records.session.events, words);
      if (command == "logon") { session()->logon(); return "ok"; }
      if (command == "logout") { session()->logout(rest(words)); return "ok"; }
      if (command == "stay-down") { m_stayDown = rest(words) == "Y"; return "ok"; }
      if (command == "test-request") return testRequest(rest(words));
      if (command == "sender") { session()->setNextSenderMsgSeqNum(number(words)); return "ok"; }
      if (command == "target") { session()->setNextTargetMsgSeqNum(number(words)); return "ok"; }
      return "error unknown command " + command;
    } catch (const std::exception& error) {
      return std::string("error ") + error.what();
    }
  }

  // Sends what is to be sent, and lets the engine work.
  void work() {
    for (int burst = 0; burst < BURST && m_unsent > 0; ++burst, --m_unsent) sendOne();
    if (m_initiator.get()) m_initiator->poll(POLL);
    if (m_acceptor.get()) m_acceptor->poll(POLL);
  }

  bool started() const { return m_initiator.get() || m_acceptor.get(); }

  void onCreate(const FIX::SessionID& id) { m_id = id; }
  void onLogon(const FIX::SessionID&) { ++m_logons; }
  void onLogout(const FIX::SessionID&) {
    ++m_logouts;
    if (m_stayDown) session()->logout();
  }
  void toAdmin(FIX::Message&, const FIX::SessionID&) {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&)
      throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) {}
  void fromApp(const FIX::Message& message, const FIX::SessionID&)
      throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) {
    const FIX::Header& header = message.getHeader();
    const bool duplicate = header.isSetField(43) && header.getField(43) == "Y";
    m_received.push_back(header.getField(34) + (duplicate ? ":Y:" : ":N:") + header.getField(35) + ":" +
                         message.getField(11));
  }

private:
  FIX::Session* session() { return started() ? FIX::Session::lookupSession(m_id) : 0; }

  std::string start(std::istream& words) {
    std::string role, begin, appl, sender, target, port, heartbeat, reconnect, path;
    words >> role >> begin >> appl >> sender >> target >> port >> heartbeat >> reconnect >> path;
    m_begin = begin;
    m_stores.reset(new FIX::FileStoreFactory(path));
    const std::string turnOfDay = timeOfDay(HALF_A_DAY);
    FIX::Dictionary settings;
    settings.setString(FIX::CONNECTION_TYPE, role);
    settings.setString(FIX::USE_DATA_DICTIONARY, "N");
    settings.setString(FIX::START_TIME, turnOfDay);
    settings.setString(FIX::END_TIME, turnOfDay);
    settings.setString(FIX::HEARTBTINT, heartbeat);
    settings.setString(FIX::RECONNECT_INTERVAL, reconnect);
    settings.setString(FIX::SOCKET_ACCEPT_PORT, port);
    settings.setString(FIX::SOCKET_CONNECT_PORT, port);
    settings.setString(FIX::SOCKET_CONNECT_HOST, "127.0.0.1");
    settings.setString(FIX::SOCKET_NODELAY, "Y");
    // Seconds: a slow machine fails no test.
    settings.setString(FIX::LOGON_TIMEOUT, "60");
    settings.setString(FIX::LOGOUT_TIMEOUT, "60");
    if (appl != "-") settings.setString(FIX::DEFAULT_APPLVERID, appl);
    FIX::SessionSettings all;
    all.set(FIX::SessionID(begin, sender, target), settings);
    if (role == "initiator") {
      FIX::Dictionary defaults;
      defaults.setString(FIX::RECONNECT_INTERVAL, reconnect);
      defaults.setString(FIX::SOCKET_NODELAY, "Y");
      all.set(defaults);
      m_initiator.reset(new FIX::SocketInitiator(*this, *m_stores, all, m_records));
      m_initiator->poll(POLL);
    } else {
      m_acceptor.reset(new FIX::SocketAcceptor(*this, *m_stores, all, m_records));
      m_acceptor->poll(POLL);
    }
    return "ok";
  }

  static std::string timeOfDay(int fromNow) {
    const time_t when = time(0) + fromNow;
    struct tm utc;
    gmtime_r(&when, &utc);
    char text[16];
    strftime(text, sizeof text, "%H:%M:%S", &utc);
    return text;
  }

  std::string state() {
    FIX::Session& now = *session();
    std::ostringstream line;
    line << "state enabled=" << now.isEnabled() << " logged_on=" << now.isLoggedOn()
         << " sender=" << now.getExpectedSenderNum() << " target=" << now.getExpectedTargetNum()
         << " received=" << m_received.size() << " unsent=" << m_unsent << " wire=" << m_records.session.wire.size()
         << " logons=" << m_logons << " logouts=" << m_logouts;
    return line.str();
  }

  std::string send(std::istream& words) {
    words >> m_type >> m_unsent >> m_prefix;
    m_sent = 0;
    return "ok";
  }

  void sendOne() {
    std::ostringstream id;
    id << m_prefix << ++m_sent;
    FIX::Message message;
    message.getHeader().setField(8, m_begin);
    message.getHeader().setField(35, m_type);
    message.setField(11, id.str());
    message.setField(38, "100");
    message.setField(54, "1");
    message.setField(55, "ACME");
    if (m_type == "D") {
      message.setField(21, "1");
      message.setField(40, "1");
      message.setField(FIX::TransactTime());
    } else {
      message.setField(6, "0");
      message.setField(14, "0");
      message.setField(17, id.str());
      message.setField(37, id.str());
      message.setField(39, "0");
      message.setField(150, "0");
      message.setField(151, "100");
      if (m_begin == "FIX.4.2") message.setField(20, "0");
    }
    FIX::Session::sendToTarget(message, m_id);
  }

  std::string testRequest(const std::string& id) {
    FIX::Message message;
    message.getHeader().setField(8, m_begin);
    message.getHeader().setField(35, "1");
    message.setField(112, id);
    return FIX::Session::sendToTarget(message, m_id) ? "ok" : "error not sent";
  }

  static std::string list(const Lines& lines, std::istream& words) {
    std::string answer = "list";
    for (size_t at = number(words); at < lines.size(); ++at) answer += "\t" + lines[at];
    return answer;
  }

  static int number(std::istream& words) {
    int number = 0;
    words >> number;
    return number;
  }

  static std::string rest(std::istream& words) {
    std::string text;
    std::getline(words >> std::ws, text);
    return text;
  }

  std::unique_ptr<FIX::FileStoreFactory> m_stores;
  Records m_records;
  std::unique_ptr<FIX::SocketInitiator> m_initiator;
  std::unique_ptr<FIX::SocketAcceptor> m_acceptor;
  FIX::SessionID m_id;
  std::string m_begin;
  std::string m_type;
  std::string m_prefix;
  int m_unsent;
  int m_sent;
  int m_logons;
  int m_logouts;
  bool m_stayDown;
  Lines m_received;
};

bool inputReady(int wait) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, wait) > 0;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  // Never destroyed: an engine that is being taken down is not what is tested.
  Peer& peer = *new Peer;
  std::string line;
  for (;;) {
    // Without an engine to poll there is nothing to do but to wait for a command.
    while (std::cin.rdbuf()->in_avail() > 0 || inputReady(peer.started() ? 0 : -1)) {
      if (!std::getline(std::cin, line) || line == "quit") _exit(0);
      std::cout << peer.answer(line) << std::endl;
    }
    peer.work();
  }
}
