import Catalog
import HTTPTypes
import NIOCore

/// Questions that are too large for an address: comparisons and costs.
struct PostAnswers {
  let snapshot: CatalogSnapshot

  /// `POST /v1/models/compare` with `{"models":[…],"gateways":[…]}`.
  func compare(body: JSONValue) throws(Problem) -> ByteBuffer {
    let members = try RequestMembers(body, known: ["models", "gateways"])
    let names = try members.strings("models", count: 1...ModelComparison.maximumModels)
    var providers: Set<ProviderSlug> = []
    for name in try members.optionalStrings("gateways", count: 0...64) ?? [] {
      providers.insert(try snapshot.knownProvider(name))
    }
    return try compare(names, providers: providers)
  }

  /// `POST /v1/models/batch-compare?model_ids=…&model_ids=…`, as the original system had it.
  func batchCompare(query: [(name: String, value: String)]) throws(Problem) -> ByteBuffer {
    for (name, _) in query where name != "model_ids" && name != "criteria" {
      throw .badRequest("unknown parameter \"\(name.prefix(40))\"", allowed: ["model_ids", "criteria"])
    }
    for (name, value) in query where name == "criteria" {
      let allowed = ["price", "context", "availability"]
      guard allowed.contains(value) else {
        throw .badRequest("\"criteria\" cannot be \"\(value.prefix(40))\"", allowed: allowed)
      }
    }
    let names = query.filter { $0.name == "model_ids" }.map(\.value)
    guard (1...ModelComparison.maximumModels).contains(names.count) else {
      throw .badRequest("give \"model_ids\" 1 to \(ModelComparison.maximumModels) times")
    }
    return try compare(names, providers: [])
  }

  /// `POST /v1/cost/estimate` with `{"model":…,"gateway":…,"input_tokens":…,"output_tokens":…,…}`.
  func cost(body: JSONValue) throws(Problem) -> ByteBuffer {
    let members = try RequestMembers(body, known: ["model", "gateway", "provider"] + TokenUsage.memberNames)
    let name = try members.string("model")
    let providerName = try String?.providerName(
      gateway: members.optionalString("gateway"), provider: members.optionalString("provider"))
    let provider = try providerName.map { name throws(Problem) in try snapshot.knownProvider(name) }
    let usage: TokenUsage
    do { usage = try TokenUsage(members: members.object) } catch { throw .badRequest(error.description) }
    let (key, ranking) = try ranking(of: usage, at: name, provider: provider)
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      json.member("model", name)
      json.member("canonical_id", key.text)
      json.member("catalog_version", snapshot.version)
      ranking.writeMembers(to: &json)
    }
    return ByteBuffer(bytes: json.bytes)
  }

  /// What a usage costs at the offers of a model, or at one provider's.
  ///
  /// - Throws: ``Problem`` when nothing has the name.
  func ranking(
    of usage: TokenUsage, at name: String, provider: ProviderSlug?
  ) throws(Problem) -> (key: CanonicalKey, ranking: CostRanking) {
    let named = snapshot.offers(named: name, provider: provider)
    guard let first = named.first else {
      throw Problem(
        status: .notFound, kind: "model-not-found", detail: "no model is called \"\(name.prefix(120))\"",
        allowed: ModelSuggestions.nearest(to: name, in: snapshot))
    }
    let key = first.identity.key
    let offers = provider == nil ? snapshot.uniqueModel(key.text)?.offers ?? named : named
    return (key, CostRanking(of: usage, offers: offers))
  }

  private func compare(_ names: [String], providers: Set<ProviderSlug>) throws(Problem) -> ByteBuffer {
    let comparison: ModelComparison
    do {
      comparison = try ModelComparison(of: names, providers: providers, in: snapshot)
    } catch {
      throw Problem(error, extra: [])
    }
    var json = JSONWriter(capacity: 4_096)
    json.object { json in comparison.writeMembers(to: &json) }
    return ByteBuffer(bytes: json.bytes)
  }
}

/// The members of a JSON request body, checked one by one.
struct RequestMembers {
  let object: JSONObject

  init(_ body: JSONValue, known: [String]) throws(Problem) {
    guard let object = body.object else { throw .badRequest("the body must be an object, not \(body.kind)") }
    for (name, _) in object.members where !known.contains(name) {
      throw .badRequest("unknown member \"\(name.prefix(40))\"", allowed: known)
    }
    self.object = object
  }

  func string(_ name: String) throws(Problem) -> String {
    guard let text = try optionalString(name) else { throw .badRequest("member \"\(name)\" is missing") }
    return text
  }

  func optionalString(_ name: String) throws(Problem) -> String? {
    guard let value = object[name], value != .null else { return nil }
    guard let text = value.string else { throw .badRequest("member \"\(name)\" must be a string, not \(value.kind)") }
    guard (1...Offer.maximumIDLength).contains(text.utf8.count) else {
      throw .badRequest("member \"\(name)\" must have 1 to \(Offer.maximumIDLength) bytes")
    }
    return text
  }

  func strings(_ name: String, count: ClosedRange<Int>) throws(Problem) -> [String] {
    guard let strings = try optionalStrings(name, count: count) else {
      throw .badRequest("member \"\(name)\" is missing")
    }
    return strings
  }

  func optionalStrings(_ name: String, count: ClosedRange<Int>) throws(Problem) -> [String]? {
    guard let value = object[name], value != .null else { return nil }
    guard let array = value.array, count.contains(array.count) else {
      throw .badRequest("member \"\(name)\" must be an array of \(count.lowerBound) to \(count.upperBound) strings")
    }
    var strings: [String] = []
    for element in array {
      guard let text = element.string, (1...Offer.maximumIDLength).contains(text.utf8.count) else {
        throw .badRequest("member \"\(name)\" must hold strings of 1 to \(Offer.maximumIDLength) bytes")
      }
      strings.append(text)
    }
    return strings
  }
}
