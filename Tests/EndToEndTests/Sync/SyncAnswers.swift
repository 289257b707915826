import Foundation

/// What `sync --json` prints, and `/admin/sync/jobs/{id}`.
struct SyncJobAnswer: Decodable, Sendable {
  struct Change: Decodable, Sendable {
    let kind: String
    let offer: String
    let field: String?
    let held: String?
  }

  struct Result: Decodable, Sendable {
    let provider: String
    let outcome: String
    let reason: String?
    let offers: Int
    let prices: [String: Int]
    let added: Int
    let removed: Int
    let changed: Int
    let unchanged: Int
    let held: Int
    let flagged: Int
    let changes: [Change]
  }

  let id: String
  let state: String
  let results: [Result]

  /// How many offers the catalog has after it.
  var offers: Int { results.reduce(0) { $0 + $1.added + $1.changed + $1.unchanged } }

  /// The results by provider.
  var byProvider: [String: Result] { Dictionary(uniqueKeysWithValues: results.map { ($0.provider, $0) }) }
}

/// What `POST /admin/sync` answers.
struct SyncStartAnswer: Decodable, Sendable {
  let job: String
  let url: String
}

/// What `quarantine list --json` prints.
struct QuarantineAnswer: Decodable, Sendable {
  struct Entry: Decodable, Sendable {
    let id: Int
    let gateway: String
    let offer: String?
    let field: String
    let reason: String
    let held: Bool
    let state: String

    private enum CodingKeys: String, CodingKey {
      case id, offer, field, reason, held, state
      case gateway = "source_gateway"
    }
  }

  let entries: [Entry]
}
