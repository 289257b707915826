import Catalog
import NIOConcurrencyHelpers
import NIOCore

/// `GET /v1/changes.atom`: the newest changes as an Atom feed (RFC 4287), for readers that people use.
final class ChangeFeed: Sendable {
  /// How many entries a feed has.
  static let length = 100

  private let store: any CatalogStore
  /// Where the changes of the last answers began, so that the place need not be searched again; by provider.
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
    let key = provider?.text ?? ""
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
}
