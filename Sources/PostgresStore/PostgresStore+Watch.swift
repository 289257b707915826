import Catalog
import Logging
import NIOConcurrencyHelpers
import PostgresClient
public import TieredCaching

extension PostgresStore {
  /// Listens to what the triggers notify of, and says after every new connection that something may have been missed.
  public func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async {
    let listener = PostgresListener(configuration.direct, channel: Self.channel, logger: logger)
    let isSaid = NIOLockedValueBox(false)
    await listener.run { [logger] event in
      switch event {
      case .listening(let throughPooler):
        let isNew = isSaid.withLockedValue { isSaid in
          defer { isSaid = isSaid || throughPooler }
          return !isSaid
        }
        if throughPooler, isNew {
          logger.notice(
            "Notifications may not arrive through a pooler, so the database is polled; name it in DATABASE_DIRECT_URL")
        }
        changed(.unknown)
      case .notified(let payload): changed(Self.notice(payload))
      }
    }
  }

  /// What a payload says; anybody may notify, so what is not understood only means to look.
  static func notice(_ payload: String) -> ChangeNotice {
    let words = payload.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, let revision = Int64(words[1]), revision > 0 else { return .unknown }
    return .raised(PartID(String(words[0])), Revision(revision))
  }
}
