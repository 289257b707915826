import Catalog
import Foundation
import PostgresClient
import TestSupport
import Testing

@testable import PostgresStore

@Suite("An error of the database says what to do", .needsPostgres, .timeLimit(.minutes(2)))
struct AdviceTests {
  /// What a person reads when a database cannot be opened.
  private func failure(_ url: String) async -> String {
    let error = await #expect(throws: StoreError.self) { try await withStore(url) { _ in } }
    return error?.description ?? ""
  }

  @Test("when the password is wrong, which it does not show")
  func password() async throws {
    let server = try PostgresServer()
    let rules = """
      host all guarded 127.0.0.1/32 scram-sha-256
      host all all 127.0.0.1/32 trust

      """
    try Data(rules.utf8).write(to: server.directory.appending(path: "data/pg_hba.conf"))
    try server.start()
    try server.psql("CREATE ROLE guarded LOGIN PASSWORD 'hunter/2'")
    try server.psql("CREATE DATABASE catalog OWNER guarded")
    let address = "guarded:PASSWORD@127.0.0.1:\(server.port)/catalog"
    try await withStore("postgres://\(address.replacing("PASSWORD", with: "hunter%2F2"))") { store in
      let version = try await store.schemaVersion()
      #expect(version == PostgresStore.newestSchema)
    }
    let text = await failure("postgres://\(address.replacing("PASSWORD", with: "hunter%2F3"))")
    #expect(text.contains("password") && text.contains("pg_hba.conf"))
    #expect(!text.contains("hunter"))
  }

  @Test("when there is no such database")
  func noDatabase() async throws {
    let text = await failure(try SharedServer.server().url("nowhere"))
    #expect(text.contains("\"nowhere\" does not exist") && text.contains("create the database first"))
  }

  @Test("when there is no such user")
  func noUser() async throws {
    let url = try SharedServer.server().url().replacing("postgres@", with: "nobody@")
    let text = await failure(url)
    #expect(text.contains("\"nobody\" does not exist") && text.contains("check user, password"))
  }

  @Test("when nobody listens there")
  func noServer() async throws {
    let port = try Loopback.freePort()
    let text = await failure("postgres://me:hunter2@127.0.0.1:\(port)/catalog")
    #expect(text.contains("postgres://127.0.0.1:\(port)/catalog") && text.contains("refused"))
    #expect(!text.contains("hunter2"))
  }

  @Test("when there is no catalog in it yet and nothing may be changed")
  func noCatalog() async throws {
    let url = try SharedServer.server().makeDatabase()
    let configuration = PostgresStore.Configuration(primary: try PostgresConfiguration(url: url))
    let store = try await PostgresStore(configuration, migrates: false, logger: silent)
    let error = await #expect(throws: StoreError.self) { try await store.manifest() }
    try await store.close()
    #expect(error?.description.contains("run \"modelcatalog migrate\"") == true)
  }

  @Test("when the catalog in it is older than the program and nothing may be changed")
  func oldCatalog() async throws {
    let server = try SharedServer.server()
    let url = try server.makeDatabase()
    _ = try server.psql(
      """
      CREATE SCHEMA modelcatalog;
      CREATE TABLE modelcatalog.migrations (
        version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      \(Schema.migrations[0])
      \(Schema.migrations[1])
      INSERT INTO modelcatalog.migrations (version) VALUES (1), (2);
      """, in: url)
    let configuration = PostgresStore.Configuration(primary: try PostgresConfiguration(url: url))
    let store = try await PostgresStore(configuration, migrates: false, logger: silent)
    let error = await #expect(throws: StoreError.self) {
      _ = try await store.changes(after: 0, provider: nil, limit: 1)
    }
    try await store.close()
    #expect(error?.description.contains("run \"modelcatalog migrate\"") == true, "\(String(describing: error))")
  }

  @Test("when another holds the catalog's write lock for too long")
  func locked() async throws {
    try await withTemporaryStore { store, url in
      try await withClient(url) { client in
        let isHeld = Gate()
        let mayEnd = Gate()
        async let holder: Void = client.transaction(.write, timeout: patience) { connection in
          try connection.execute("SELECT pg_advisory_xact_lock(\(Schema.writeLock))")
          isHeld.open()
          mayEnd.pass()
        }
        try await wait(for: "the lock") { isHeld.isOpen }
        let error = await #expect(throws: StoreError.self) {
          try await store.write(timeout: .seconds(1)) { _ in }
        }
        #expect(error?.description.contains("write lock") == true)
        mayEnd.open()
        try await holder
        try await store.write { _ in }
      }
    }
  }

  @Test("when it has another encoding than is needed")
  func encoding() async throws {
    let server = try SharedServer.server()
    let name = "latin_\(UInt32.random(in: .min ... .max))"
    try server.psql("CREATE DATABASE \(name) ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    let text = await failure(server.url(name))
    #expect(text.contains("SQL_ASCII") && text.contains("UTF8"))
  }

  @Test("when it has been closed")
  func closed() async throws {
    try await withTemporaryStore { store, _ in
      try await store.close()
      let error = await #expect(throws: StoreError.self) { try await store.manifest() }
      #expect(error?.description.contains("closed") == true)
    }
  }
}
