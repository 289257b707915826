import Catalog
import HTTPTypes
import Logging
import NIOCore
import TieredCaching

/// Answers ``ReviewRoute``s.
struct ReviewAnswers {
  let service: CatalogService
  let logger: Logger

  /// Who decides, where a request does not say.
  private static let caller = "api"

  /// - Parameter body: reads the body of the request.
  /// - Throws: ``Problem`` when the request is not understood or refused; then nothing is changed.
  func answer(
    to route: ReviewRoute, _ method: HTTPRequest.Method, query: [(name: String, value: String)],
    body: () async throws -> JSONValue
  ) async throws -> AdminAnswer {
    do {
      switch route {
      case .quarantine: return try await quarantine(query)
      case .decide(let id, let decision): return try await decide(id, decision, query)
      case .overrides: return try await overrides(query)
      case .override(let gateway, let id):
        let provider = try ProviderSlug(given: gateway)
        if method == .get { return try await detail(of: id, provider, query) }
        let edit = try await self.edit(id, of: provider, method, query, body)
        return try await set(edit)
      }
    } catch let error as StoreError {
      throw Problem(error)
    }
  }

  // MARK: Quarantine

  private func quarantine(_ query: [(name: String, value: String)]) async throws -> AdminAnswer {
    var parameters = Parameters(query)
    let name = try parameters.takeProviderName()
    let states = QuarantineEntry.State.allCases.map(\.rawValue)
    let state = try parameters.takeChoice("state", of: states).flatMap(QuarantineEntry.State.init) ?? .pending
    let limit = try parameters.takeInteger("limit", in: 1...10_000) ?? 1_000
    try parameters.finish(known: ["gateway", "provider", "state", "limit"])
    let provider = try name.map { name throws(Problem) in try ProviderSlug(given: name) }
    let entries = try await service.store.quarantine(of: provider, states: [state], limit: limit)
    return Self.list(entries, outcome: "listed") { $1.writeMembers(to: &$0) }
  }

  private func decide(
    _ id: String, _ decision: String, _ query: [(name: String, value: String)]
  ) async throws -> AdminAnswer {
    let by = try Self.operatorName(query)
    guard let number = Int(id), number > 0 else {
      throw Problem.badRequest("\"\(id.prefix(40))\" is no number of an entry")
    }
    guard let decision = QuarantineEntry.Decision(rawValue: decision) else {
      let allowed = QuarantineEntry.Decision.allCases.map(\.rawValue)
      throw Problem.badRequest("\"\(decision.prefix(40))\" is no decision", allowed: allowed)
    }
    let decided = try await service.store.decide(number, decision, by: by)
    let isServed = await service.publish(decided.manifest, logger: logger) != nil
    var json = JSONWriter()
    json.object { json in
      decided.entry.writeMembers(to: &json)
      json.member("served_now", isServed)
    }
    return AdminAnswer(
      outcome: decided.entry.state.rawValue, isServed: isServed, body: ByteBuffer(bytes: json.bytes))
  }

  // MARK: Overrides

  private func overrides(_ query: [(name: String, value: String)]) async throws -> AdminAnswer {
    var parameters = Parameters(query)
    let name = try parameters.takeProviderName()
    try parameters.finish(known: ["gateway", "provider"])
    let provider = try name.map { name throws(Problem) in try ProviderSlug(given: name) }
    let overrides = try await service.store.overrides(of: provider)
    return Self.list(overrides, outcome: "listed") { $1.writeMembers(to: &$0) }
  }

  private func detail(
    of id: String, _ provider: ProviderSlug, _ query: [(name: String, value: String)]
  ) async throws -> AdminAnswer {
    try Parameters(query).finish(known: [])
    let detail = try await service.store.detail(of: id, provider: provider)
    var json = JSONWriter(capacity: 4_096)
    try json.object { json in try detail.writeMembers(to: &json) }
    return AdminAnswer(outcome: "shown", body: ByteBuffer(bytes: json.bytes))
  }

  private func edit(
    _ id: String, of provider: ProviderSlug, _ method: HTTPRequest.Method, _ query: [(name: String, value: String)],
    _ body: () async throws -> JSONValue
  ) async throws -> OverrideEdit {
    let known = OfferOverride.Member.allCases.map(\.rawValue)
    if method == .delete {
      let named = query.filter { $0.name == "member" }.map(\.value)
      let by = try Self.operatorName(query.filter { $0.name != "member" })
      let members = try (named.isEmpty ? known : named).map { name throws(Problem) in try Self.member(name) }
      let values = Dictionary(members.map { ($0, JSONValue?.none) }) { first, _ in first }
      return OverrideEdit(provider: provider, offer: id, values: values, note: nil, by: by)
    }
    let by = try Self.operatorName(query)
    let members = try RequestMembers(try await body(), known: known + ["note"])
    var values: [OfferOverride.Member: JSONValue?] = [:]
    for (name, value) in members.object.members where name != "note" { values[try Self.member(name)] = .some(value) }
    guard !values.isEmpty else { throw Problem.badRequest("nothing is overridden; name at least one", allowed: known) }
    return OverrideEdit(
      provider: provider, offer: id, values: values, note: try members.optionalString("note"), by: by)
  }

  private func set(_ edit: OverrideEdit) async throws -> AdminAnswer {
    let report = try await service.store.setOverrides(edit, dryRun: false)
    let isServed = report.isChanged ? await service.publish(report.manifest, logger: logger) != nil : true
    return Self.list(report.overrides, outcome: report.isChanged ? "changed" : "unchanged", isServed: isServed) {
      $1.writeMembers(to: &$0)
    }
  }

  private static func member(_ name: String) throws(Problem) -> OfferOverride.Member {
    guard let member = OfferOverride.Member(rawValue: name) else {
      let allowed = OfferOverride.Member.allCases.map(\.rawValue)
      throw .badRequest("\"\(name.prefix(40))\" cannot be overridden", allowed: allowed)
    }
    return member
  }

  // MARK: Common

  private static func operatorName(_ query: [(name: String, value: String)]) throws(Problem) -> String {
    var parameters = Parameters(query)
    let name = try parameters.take("by") ?? caller
    try parameters.finish(known: ["by"])
    guard (1...100).contains(name.utf8.count) else { throw .badRequest("\"by\" must have 1 to 100 bytes") }
    return name
  }

  private static func list<Element>(
    _ elements: [Element], outcome: String, isServed: Bool? = nil, _ write: (inout JSONWriter, Element) -> Void
  ) -> AdminAnswer {
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in for element in elements { json.object { json in write(&json, element) } } }
      json.member("returned", elements.count)
      if let isServed { json.member("served_now", isServed) }
    }
    return AdminAnswer(outcome: outcome, isServed: isServed ?? true, body: ByteBuffer(bytes: json.bytes))
  }
}
