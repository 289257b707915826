import Catalog
import NIOConcurrencyHelpers
import NIOCore

/// `GET /v1/changes.atom`: the newest changes as an Atom feed (RFC 4287), for readers that people use.
final class ChangeFeed: Sendable {
  /// How many entries a feed has.
  static let length = 100

  private let store: any CatalogStore
  /// Where the changes of the last answers began, so that the place need not be searched again; by their number and
  /// provider.
  private let hints = NIOLockedValueBox<[String: Int]>([:])
  private static let maximumHints = 512

  init(store: any CatalogStore) { self.store = store }

  /// The feed.
  ///
  /// - Throws: ``Problem`` when a parameter is wrong or the database does not answer.
  func body(query: [(name: String, value: String)]) async throws -> ByteBuffer {
    var parameters = Parameters(query)
    let name = try parameters.takeProviderName()
    try parameters.finish(known: ["gateway", "provider"])
    let provider = try name.map { name throws(Problem) in try ProviderSlug(given: name) }
    let changes = try await newest(Self.length, of: provider)
    return ByteBuffer(string: AtomFeed(provider: provider, changes: changes).text)
  }

  /// The newest changes, oldest first.
  ///
  /// - Parameters:
  ///   - count: the most changes.
  ///   - provider: only this provider's.
  /// - Throws: ``Problem`` when the database does not answer.
  func newest(_ count: Int, of provider: ProviderSlug?) async throws -> [CatalogChange] {
    let key = "\(count) \(provider?.text ?? "")"
    let changes: [CatalogChange]
    do {
      changes = try await store.newestChanges(
        provider: provider, limit: count, hint: hints.withLockedValue { $0[key] ?? 0 })
    } catch {
      throw Problem.databaseFailed(error)
    }
    if let first = changes.first {
      hints.withLockedValue { hints in
        if hints.count >= Self.maximumHints { hints.removeAll() }
        hints[key] = first.sequence - 1
      }
    }
    return changes
  }

  /// The newest changes that are wanted, or those before one of them, newest first.
  ///
  /// - Parameters:
  ///   - count: the most changes.
  ///   - filter: which changes are wanted.
  ///   - sequence: only changes with smaller numbers; nil for the newest.
  /// - Throws: ``Problem`` when the database does not answer.
  func older(_ count: Int, matching filter: ChangeFilter, before sequence: Int?) async throws -> OlderChanges {
    let end = try await newest(1, of: filter.provider).last.map { $0.sequence + 1 } ?? 0
    do {
      return try await store.changes(
        before: min(sequence ?? end, end), matching: filter, limit: count, reading: ChangeAnswers.longestSearch)
    } catch {
      throw Problem.databaseFailed(error)
    }
  }
}
