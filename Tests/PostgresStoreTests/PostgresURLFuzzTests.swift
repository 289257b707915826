import TestSupport
import Testing

@testable import PostgresClient

@Suite("The URL of a database, damaged")
struct PostgresURLFuzzTests {
  @Test("is refused in one line without its password, or read", arguments: 0..<4 as Range<UInt64>)
  func damage(seed: UInt64) {
    let samples = [
      "postgres://user:hunter2@db.example:5432/catalog", "postgresql://user:hunter2@[::1]:5432/catalog?sslmode=require",
      "postgres://one:1,two:2/catalog?user=me&password=hunter2", "postgres:///catalog?host=/run/postgresql",
    ]
    let words = ["@", ":", "/", "%", "%00", "[", "]", ",", "-1", "99999", "?", "#", "&", "=", "é", " ", "\"", "\n"]
    var random = SplitMix64(seed: seed)
    var read = 0
    for _ in 0..<3_000 {
      let sample = samples.randomElement(using: &random) ?? ""
      let url = String(decoding: damaged(sample, with: words, &random), as: UTF8.self)
      do throws(PostgresConfiguration.Invalid) {
        let configuration = try PostgresConfiguration(url: url)
        #expect(configuration.parameters["application_name"] == "modelcatalog")
        read += 1
      } catch {
        let refusal = error.description
        #expect(!refusal.contains("hunter2") && !refusal.contains("\n") && refusal.count < 300, "\(url)")
      }
    }
    #expect(read > 50)
  }
}
