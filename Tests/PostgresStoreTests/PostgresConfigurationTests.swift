import PostgresStore
import TestSupport
import Testing

@testable import PostgresClient

@Suite("The URL of a database")
struct PostgresConfigurationTests {
  private func refusal(of url: String) throws -> String {
    try #require(throws: PostgresConfiguration.Invalid.self) { try PostgresConfiguration(url: url) }.description
  }

  @Test(
    "is taken apart, and shown without user and password",
    arguments: [
      (
        "postgres://me:pw@db.example:5433/catalog?sslmode=require",
        "postgres://db.example:5433/catalog?sslmode=require",
        ["user": "me", "password": "pw", "host": "db.example", "port": "5433", "dbname": "catalog"]
      ),
      ("postgresql://db.example/catalog", "postgres://db.example/catalog", ["host": "db.example", "port": nil]),
      ("postgres:///catalog", "postgres://localhost/catalog", ["host": nil, "dbname": "catalog"]),
      ("postgres://me@db.example", "postgres://db.example/", ["user": "me", "password": nil, "dbname": nil]),
      ("postgres://me:a%2Fb%40c%3Ad%25@db.example/catalog", "postgres://db.example/catalog", ["password": "a/b@c:d%"]),
      ("postgres://me:a:b?c#d&e@db.example/catalog", "postgres://db.example/catalog", ["password": "a:b?c#d&e"]),
      ("postgres://db.example/catalog?user=me&password=a%2Fb", "postgres://db.example/catalog", ["password": "a/b"]),
      (
        "postgres://db.example/catalog?application_name=mine&connect_timeout=3", "postgres://db.example/catalog",
        ["application_name": "mine", "connect_timeout": "3", "gssencmode": "disable"]
      ),
      ("postgres://db.example/a%20b", "postgres://db.example/a b", ["application_name": "modelcatalog"]),
    ] as [(String, String, [String: String?])])
  func accepted(url: String, shown: String, parameters: [String: String?]) throws {
    let configuration = try PostgresConfiguration(url: url)
    #expect("\(configuration)" == shown)
    for (name, value) in parameters { #expect(configuration.parameters[name] == value) }
  }

  @Test("may name several hosts, and addresses of version 6", arguments: ["one,two:6000", "[::1]:6000", "[::1]"])
  func hosts(_ hosts: String) throws {
    let parameters = try PostgresConfiguration(url: "postgres://me:pw@\(hosts)/catalog").parameters
    #expect(parameters["password"] == "pw" && parameters["dbname"] == "catalog")
    #expect(parameters["host"] == (hosts.hasPrefix("[") ? "::1" : "one,two"))
  }

  @Test(
    "tells which hosts are connected to, the address before the name",
    arguments: [
      ("postgres://localhost/c?hostaddr=10.0.0.5", ["10.0.0.5"]), ("postgres://one,two/c", ["one", "two"]),
      ("postgres:///c", ["localhost"]), ("postgres:///c?host=/run/postgresql", ["/run/postgresql"]),
    ])
  func connected(url: String, hosts: [String]) throws {
    #expect(try PostgresConfiguration(url: url).hosts == hosts)
  }

  @Test(
    "is refused when it is none",
    arguments: [
      "", "catalog", "db.example/catalog", "host=db.example dbname=catalog", "mysql://db.example/catalog",
      "POSTGRES://db.example/catalog", " postgres://db.example/catalog", "postgres://db.example/my catalog",
      "postgres://db.example/catalog\n", "postgres://db.example/größe", "postgres://db.example/cata\u{0}log",
      "postgres://db.example/catalog?nonsense=1", "postgres://db.example/catalog?sslmode",
      "postgres://db.example/catalog?sslmode=a=b", "postgres://db.example:port/catalog", "postgres://[::1/catalog",
      "postgres://db.example/%zz", "postgres://db.example/%00",
      "postgres://db.example/\(String(repeating: "x", count: 5_000))",
    ])
  func refused(_ url: String) throws {
    let refusal = try refusal(of: url)
    #expect(!refusal.isEmpty && !refusal.contains("\n") && refusal.count < 300)
  }

  // MARK: Secrets

  private static let secret = "hunter2"

  @Test(
    "whose password is not written as it must be is refused with advice, and the password is not shown",
    arguments: [
      "postgres://me:hunter2/x@db.example:5432/catalog", "postgres://me:1/hunter2@db.example/catalog",
      "postgres://me:1/hunter2@db.example:5432/catalog", "postgres://me:x@hunter2@db.example/catalog",
      "postgres://me:x@hunter2@db.example:5432/catalog", "postgres://me:x@hunter2:5@db.example/catalog",
      "postgres://me:x@y/hunter2@db.example/catalog", "postgres://me:x:hunter2/y@db.example/catalog",
      "postgres://me:x:hunter2@y@db.example/catalog", "postgres://me:@hunter2@db.example/catalog",
      "postgres://me:/hunter2@db.example/catalog",
    ])
  func advice(_ url: String) throws {
    let refusal = try refusal(of: url)
    #expect(refusal.contains("%2F") && refusal.contains("%40") && refusal.contains("%3A"))
    #expect(!refusal.contains(Self.secret))
  }

  @Test(
    "that is refused for another reason shows nothing of the password",
    arguments: [
      "me:hunter2@db.example/catalog", "mysql://me:hunter2@db.example/catalog", "postgres://me:hunter2%zz@db.example/x",
      "postgres://me:%zzhunter2@db.example/x", "postgres://me:a\"hunter2%zz@db.example/x",
      "postgres://me:hunter2\"b%zz@db.example/x", "postgres://me:\"hunter2\"%zz@db.example/x",
      "postgres://me:hunter2@db.example/x?nonsense=1", "postgres://db.example/x?password=hunter2&nonsense",
      "postgres://db.example/x?password=a&hunter2", "postgres://db.example/x?password=a=hunter2",
      "postgres://db.example/x?password=hunter2%zz", "postgres://me:hunter 2@db.example/hunter2",
      "postgres://me:12?hunter2/y@db.example/x", "postgres://me:hunter2@[::1/x", "postgres://me:hunter2@[::1]\"5/x",
    ])
  func refusedInSecret(_ url: String) throws {
    let refusal = try refusal(of: url)
    #expect(!refusal.contains(Self.secret))
  }

  @Test(
    "that is taken shows nothing of the password, also inside a larger configuration",
    arguments: [
      "postgres://me:hunter2@db.example/catalog", "postgres://hunter2@db.example/catalog",
      "postgres://me:x:hunter2@db.example/catalog", "postgres://me:x?hunter2@db.example/catalog",
      "postgres://me:x%40hunter2@db.example:5432/catalog", "postgres://db.example/catalog?password=hunter2&user=me",
      "postgres://db.example/catalog?sslmode=verify-full&sslpassword=hunter2", "postgres:///catalog?password=hunter2",
    ])
  func acceptedInSecret(_ url: String) throws {
    let configuration = try PostgresConfiguration(url: url)
    let store = PostgresStore.Configuration(primary: configuration, replica: configuration)
    for text in ["\(configuration)", String(reflecting: configuration), "\(store)", String(reflecting: store)] {
      #expect(text.contains("catalog"))
      #expect(!text.contains(Self.secret))
    }
  }
}
