import Catalog
import Glibc
import NIOCore

/// `GET /v1/deprecations`: the offers that will go. It shows one version, but also depends on the day, so it is not kept.
struct DeprecationAnswers {
  let snapshot: CatalogSnapshot

  /// The offers that will go, those that go first first.
  ///
  /// - Throws: ``Problem`` when a parameter is wrong.
  func body(query: [(name: String, value: String)]) throws(Problem) -> ByteBuffer {
    var parameters = Parameters(query)
    let provider = try parameters.takeProvider(in: snapshot)
    let days = try parameters.takeInteger("within_days", in: 0...36_500)
    let page = try Page(&parameters, defaultLimit: nil, version: snapshot.version)
    try parameters.finish(known: ["gateway", "provider", "within_days"] + Page.parameters)
    guard let today = CalendarDate(unixSeconds: time(nil)) else {
      throw .unavailable("the clock of the server is wrong")
    }
    let offers = DeprecationQuery(provider: provider, withinDays: days).run(on: snapshot, today: today)
    let shown = page.slice(offers)
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in
        for offer in shown { json.object { json in offer.writeEndMembers(today: today, to: &json) } }
      }
      page.write(total: offers.count, returned: shown.count, version: snapshot.version, to: &json)
    }
    return ByteBuffer(bytes: json.bytes)
  }
}
